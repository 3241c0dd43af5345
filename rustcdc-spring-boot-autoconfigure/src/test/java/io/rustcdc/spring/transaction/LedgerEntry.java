package io.rustcdc.spring.transaction;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;

/** An order that was written down. Its number comes from a sequence, so that it is written with the flush and not before. */
@Entity
@Table(name = "ledger")
class LedgerEntry {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "n")
    @SequenceGenerator(name = "n", sequenceName = "ledger_n_seq", allocationSize = 1)
    private Long n;

    @Column(name = "order_id")
    private long orderId;

    protected LedgerEntry() {}

    LedgerEntry(long orderId) {
        this.orderId = orderId;
    }
}

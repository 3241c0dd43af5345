package io.rustcdc.spring.event.twice;

import io.rustcdc.spring.CdcTable;

@CdcTable("Public.Items")
record OtherItem(int id) {}

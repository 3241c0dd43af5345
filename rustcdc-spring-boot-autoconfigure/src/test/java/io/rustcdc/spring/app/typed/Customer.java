package io.rustcdc.spring.app.typed;

import io.rustcdc.spring.CdcTable;

@CdcTable("public.customers")
public record Customer(int id, String name) {}

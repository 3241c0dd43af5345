package io.rustcdc.spring.app.items;

import io.rustcdc.spring.CdcTable;

@CdcTable("public.items")
public record Item(int id, String name) {}

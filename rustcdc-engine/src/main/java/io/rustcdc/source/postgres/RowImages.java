package io.rustcdc.source.postgres;

import io.rustcdc.event.Operation;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The images of one changed row.
 *
 * @param keyOnly whether the old image holds the columns of the replica identity only
 */
record RowImages(
        boolean keyOnly, @Nullable Tuple before, @Nullable Tuple after) {

    /** Reads the images that follow the relation's id in an INSERT, UPDATE or DELETE message. */
    static RowImages read(Operation operation, ByteBuffer in) {
        try {
            RowImages images = read(operation, (char) in.get(), in);
            if (in.hasRemaining()) {
                throw PgOutputDecoder.undecodable("%s has %d bytes too many".formatted(operation, in.remaining()));
            }
            return images;
        } catch (BufferUnderflowException e) {
            throw PgOutputDecoder.undecodable("%s ends too early".formatted(operation));
        }
    }

    private static RowImages read(Operation operation, char kind, ByteBuffer in) {
        boolean old = kind == 'K' || kind == 'O';
        if (operation == Operation.DELETE ? !old : kind != 'N' && !(old && operation == Operation.UPDATE)) {
            throw PgOutputDecoder.undecodable(
                    "%s begins with an image of kind 0x%02X".formatted(operation, (int) kind));
        }
        Tuple first = Tuple.read(in);
        if (!old) {
            return new RowImages(false, null, first);
        }
        if (operation == Operation.DELETE) {
            return new RowImages(kind == 'K', first, null);
        }
        char next = (char) in.get();
        if (next != 'N') {
            throw PgOutputDecoder.undecodable("UPDATE has no new image, found kind 0x%02X".formatted((int) next));
        }
        return new RowImages(kind == 'K', first, Tuple.read(in));
    }
}

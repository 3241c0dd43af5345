package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.TransactionMark;
import org.jspecify.annotations.Nullable;

/** One way of reading rows, at work on a table or several. All methods are the reader thread's. */
sealed interface Reading permits ChunkedReading, OnePassReading, FirstLoad {

    /**
     * Goes on as far as it can without waiting.
     *
     * @return a chunk that belongs here, to be handed over whole before this is called again; null for none
     */
    @Nullable
    Portion advance(Place place);

    /** A change that is about to be handed over; false when it must not be, since the rows show it already. */
    boolean admits(ChangeEvent<Row> event, int bytes, TransactionMark mark);

    /** Whether the stream must stand still. */
    boolean holdsStream(Place place);

    /** Whether a chunk is ready and waits for the stream to get to its place. */
    boolean awaitsPosition();

    /** Whether the database keeps a view open for this, and so cannot clean up. */
    boolean holdsView();

    /** Whether all rows are handed over and only the stream has to move on: then it is not to be given up any more. */
    boolean isEnding();

    /** Whether this is about that table. */
    boolean concerns(TableId table);

    /** The table's progress was changed by something else than reading. */
    void progressed(TableSnapshot table);

    /** Whether there is nothing left to do. */
    boolean isDone();

    /** Goes on without a table that is gone, if others are left; false when none is. */
    boolean goesOnWithout(TableId table);

    /** Gives everything up; what was not handed over will be read again. */
    void close();
}

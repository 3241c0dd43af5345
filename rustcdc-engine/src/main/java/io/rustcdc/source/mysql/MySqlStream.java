package io.rustcdc.source.mysql;

import io.rustcdc.event.Offset;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SourceStream;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open stream of the binlog. The server forgets by its own clock and not by what it is told, so there is nothing to confirm. For
 * the reader thread.
 */
final class MySqlStream implements SourceStream {

    /** After so many events the reader gets a chance to do other things, even if there are more. */
    private static final int EVENTS_PER_READ = 4096;

    private final BinlogChannel channel;
    private final EventFraming framing = new EventFraming();
    private final ChangeAssembler assembler;
    private final BinlogDump dump;
    private final Consumer<LogReach> reach;
    private final MySqlOffset start;
    private boolean drained;
    private boolean asked;
    private @Nullable String reportedFile;

    /**
     * @param start where the channel was asked to begin
     * @param reach is told how far the stream has read
     */
    MySqlStream(
            BinlogChannel channel,
            MySqlOffset start,
            ChangeAssembler assembler,
            BinlogDump dump,
            Consumer<LogReach> reach) {
        this.channel = channel;
        this.start = start;
        this.assembler = assembler;
        this.dump = dump;
        this.reach = reach;
        BinlogPosition begin = start.position();
        this.reportedFile = begin == null ? null : begin.file();
    }

    @Override
    public Offset start() {
        return start;
    }

    @Override
    public boolean read(ChangeSink sink, Duration maxWait) {
        try {
            if (drained && !channel.await(maxWait)) {
                channel.socket().requireLivingServer();
                rest(sink);
                return false;
            }
            int count = take(sink);
            if (drained) {
                rest(sink);
            }
            reach.accept(assembler.reach());
            return count > 0;
        } catch (IOException e) {
            throw dump.broken(e);
        } catch (SQLException e) {
            throw dump.failed(e, assembler.position());
        }
    }

    /** Heartbeats tell it while nothing happens, and they come without being asked for. */
    @Override
    public void askPosition() {
        asked = true;
    }

    /** Nothing has to be told to the server, which waits as long as it takes. */
    @Override
    public void keepAlive() {
        channel.socket().notReading();
    }

    @Override
    public void confirm(Offset offset) {
        if (!(offset instanceof MySqlOffset)) {
            throw new IllegalArgumentException("'%s' is no binlog offset".formatted(offset));
        }
    }

    @Override
    public void close() {
        channel.close();
        assembler.close();
    }

    /** Takes what has arrived, as far as there is room. */
    private int take(ChangeSink sink) throws IOException, SQLException {
        int count = 0;
        drained = false;
        while (count < EVENTS_PER_READ && sink.hasRoom()) {
            if (!assembler.advance(sink)) {
                byte[] payload = channel.poll();
                if (payload == null) {
                    drained = true;
                    break;
                }
                assembler.accept(framing.frame(payload), sink);
            }
            count++;
        }
        return count;
    }

    /**
     * All that arrived has been taken. A new file is worth a save even without changes: the server removes whole files, and a
     * position in one that is gone looks like a loss.
     */
    private void rest(ChangeSink sink) {
        if (!sink.hasRoom()) {
            return;
        }
        MySqlOffset here = assembler.idle();
        BinlogPosition position = here == null ? null : here.position();
        if (here == null || position == null) {
            return;
        }
        if (!position.file().equals(reportedFile)) {
            reportedFile = position.file();
            sink.idle(here);
        } else if (asked) {
            sink.reached(here);
        }
    }
}

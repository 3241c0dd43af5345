package io.rustcdc.source.postgres;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The socket below a connection of the driver, with what the driver lacks: a limit for the whole handshake, a limit for the
 * silence of the server, and a wait for the first byte. It works under TLS too, which the driver layers upon it.
 *
 * <p>The driver asks whether a message is pending by a read that waits for one millisecond, and does so whenever it has
 * taken all that it knows of. While {@link #streaming} such a read is answered from the buffer alone, without a system
 * call; {@link #awaitReadable} then fills the buffer with all that has arrived.
 *
 * <p>For one thread, except {@link #close()} and {@link #isSettled()}.
 */
final class PostgresSocket extends Socket {

    /** The driver's "is anything there": the one timeout it uses for nothing else. */
    private static final int PEEK_MILLIS = 1;

    /** With so much unread the server may have had to stop sending, and nothing can be told from its silence. */
    private static final int UNCLEAR_BYTES = 16 * 1024;

    private final SocketTimeoutException nothingBuffered = new NothingBufferedException();
    private Duration budget;
    private long deadline;
    private long silenceLimit;
    private boolean handshake = true;
    private boolean streaming;
    private volatile boolean settled;
    private Upkeep upkeep = () -> {};

    private byte[] buffer = new byte[8192];
    private int position;
    private int limit;
    private int timeout;
    private long lastArrival;
    private int firstByte = -1;
    private int lastArrived;
    private int lastUnread;

    /**
     * What must go on while the driver takes in a message, which for a large one over a slow network may take minutes.
     * Cheap when there is nothing to do. For the same connection it may write, and must not read.
     */
    @FunctionalInterface
    interface Upkeep {

        void run() throws IOException;
    }

    /**
     * @param budget for connecting and everything up to {@link #established}
     */
    PostgresSocket(Duration budget) {
        this.budget = budget;
        this.deadline = System.nanoTime() + budget.toNanos();
        this.silenceLimit = budget.toNanos();
    }

    /** Ends the handshake; from now on only silence while an answer is awaited is limited. */
    void established(Duration silence) {
        handshake = false;
        silenceLimit = silence.toNanos();
        lastArrival = System.nanoTime();
    }

    /**
     * From now on {@link #awaitReadable} waits for data, the driver only takes it; except the rest of a message whose
     * begin has arrived.
     */
    void streaming(int bufferSize, Upkeep insideMessages) {
        byte[] larger = new byte[Math.max(bufferSize, limit - position)];
        System.arraycopy(buffer, position, larger, 0, limit - position);
        limit -= position;
        position = 0;
        buffer = larger;
        streaming = true;
        settled = true;
        upkeep = insideMessages;
        lastArrival = System.nanoTime();
    }

    /**
     * @throws SilentServerException when nothing has arrived for longer than a living server is silent
     */
    void requireLivingServer() throws SilentServerException {
        if (System.nanoTime() - lastArrival >= silenceLimit) {
            throw new SilentServerException(Duration.ofNanos(silenceLimit));
        }
    }

    /**
     * As {@link #requireLivingServer()} while nothing is read, as far as that can be told. A living server answers what it
     * is told, so more and more arrives, until the network can hold no more of what it wants to send.
     */
    void requireLivingServerUnread() throws IOException {
        int unread = super.getInputStream().available();
        if (unread != lastUnread || unread >= UNCLEAR_BYTES) {
            lastUnread = unread;
            lastArrival = System.nanoTime();
        } else {
            requireLivingServer();
        }
    }

    /** Limits all that is still to be read: the last answers before the end. */
    void finishWithin(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
        budget = time;
        handshake = true;
        streaming = false;
    }

    /** Whether this carries a stream, or has carried one. For any thread. */
    boolean isSettled() {
        return settled;
    }

    /** The first byte that the server ever sent, -1 before it; {@code 'N'} declines TLS. */
    int firstByte() {
        return firstByte;
    }

    /** How many bytes came in one piece last. */
    int lastArrived() {
        return lastArrived;
    }

    /**
     * Waits until data is buffered, and buffers all that has arrived.
     *
     * @return false when nothing came in this time
     * @throws EOFException when the server has closed the connection
     */
    boolean awaitReadable(Duration wait) throws IOException {
        if (position < limit) {
            return true;
        }
        super.setSoTimeout(roundedUp(wait.toNanos()));
        try {
            int count = receive(buffer, 0, buffer.length);
            if (count < 0) {
                throw new EOFException("the server has closed the connection");
            }
            position = 0;
            limit = count;
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        try {
            super.connect(endpoint, remainingMillis());
        } catch (SocketTimeoutException e) {
            throw new SilentServerException(budget);
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream raw = super.getInputStream();
        return new Input(raw);
    }

    @Override
    public synchronized void setSoTimeout(int timeout) {
        this.timeout = timeout;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeout;
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        int count = super.getInputStream().read(target, offset, length);
        if (count > 0) {
            lastArrived = count;
            lastArrival = System.nanoTime();
            if (firstByte < 0) {
                firstByte = target[offset];
            }
        }
        return count;
    }

    /** Reads more, waiting as long as the driver's timeout and our limits allow. */
    private int receiveWithinLimits(byte[] target, int offset, int length) throws IOException {
        if (streaming && timeout == PEEK_MILLIS) {
            throw nothingBuffered;
        }
        if (streaming) {
            upkeep.run();
        }
        long begin = System.nanoTime();
        long allowed = handshake ? deadline - begin : silenceLimit;
        if (allowed <= 0) {
            throw new SilentServerException(budget);
        }
        int millis = roundedUp(allowed);
        super.setSoTimeout(timeout == 0 ? millis : Math.min(timeout, millis));
        try {
            return receive(target, offset, length);
        } catch (SocketTimeoutException e) {
            long now = System.nanoTime();
            if (handshake ? now >= deadline : now - (streaming ? lastArrival : begin) >= silenceLimit) {
                throw new SilentServerException(handshake ? budget : Duration.ofNanos(silenceLimit));
            }
            throw e;
        }
    }

    private int remainingMillis() throws IOException {
        long remaining = deadline - System.nanoTime();
        if (remaining <= 0) {
            throw new SilentServerException(budget);
        }
        return roundedUp(remaining);
    }

    /** A wait that ended early would leave less than a millisecond, for which there is no timeout. */
    private static int roundedUp(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    }

    /** The server did not answer in time. Not a timeout exception, which the driver would ignore. */
    static final class SilentServerException extends IOException {

        private static final long serialVersionUID = 1L;

        SilentServerException(Duration limit) {
            super("no answer within " + limit.toSeconds() + " s");
        }
    }

    /** Thrown for every drained buffer, so it is made once and carries no stack. */
    private static final class NothingBufferedException extends SocketTimeoutException {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final class Input extends InputStream {

        private final InputStream raw;

        private Input(InputStream raw) {
            this.raw = raw;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position == limit) {
                if (length >= buffer.length) {
                    return receiveWithinLimits(target, offset, length);
                }
                int count = receiveWithinLimits(buffer, 0, buffer.length);
                if (count < 0) {
                    return -1;
                }
                position = 0;
                limit = count;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public int available() throws IOException {
            return streaming ? limit - position : limit - position + raw.available();
        }

        /** Closes the socket, as the stream of any socket does. */
        @Override
        public void close() throws IOException {
            PostgresSocket.this.close();
        }
    }
}

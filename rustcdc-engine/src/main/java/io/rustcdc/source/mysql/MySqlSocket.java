package io.rustcdc.source.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The socket below a connection of the driver, with what the driver lacks: a limit for the whole handshake, a limit for the
 * silence of the server, and a wait for the first byte that takes nothing out of it. Under TLS, which is layered upon it, that wait
 * is for encrypted bytes.
 *
 * <p>For one thread, except {@link #close()} and {@link #isSettled()}.
 */
final class MySqlSocket extends Socket {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final ConnectTicket ticket;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long deadline;
    private boolean handshake = true;
    private volatile boolean settled;
    private long silenceLimit;
    private long lastArrival;
    private int timeout;

    /** @param ticket what this is connected for; its budget is for connecting and all up to {@link #established} */
    MySqlSocket(ConnectTicket ticket) {
        this.ticket = ticket;
        this.silenceLimit = ticket.budget().toNanos();
        this.deadline = System.nanoTime() + silenceLimit;
    }

    ConnectTicket ticket() {
        return ticket;
    }

    /** Ends the handshake; from now on only silence while an answer is awaited is limited. */
    void established(Duration silence) {
        handshake = false;
        silenceLimit = silence.toNanos();
        lastArrival = System.nanoTime();
    }

    /** As {@link #established}, of a connection that carries a stream from now on. */
    void streaming(Duration silence) {
        established(silence);
        settled = true;
    }

    /** Whether this carries a stream, or has carried one. For any thread. */
    boolean isSettled() {
        return settled;
    }

    /**
     * @throws SilentServerException when nothing has arrived for longer than a living server is silent
     */
    void requireLivingServer() throws SilentServerException {
        if (System.nanoTime() - lastArrival >= silenceLimit) {
            throw new SilentServerException(Duration.ofNanos(silenceLimit));
        }
    }

    /** While nobody wants to read, nothing can be told from what does not arrive. */
    void notReading() {
        lastArrival = System.nanoTime();
    }

    /**
     * Waits until something can be read without waiting, or the server has closed the connection.
     *
     * @return false when nothing came in this time
     */
    boolean awaitReadable(Duration wait) throws IOException {
        if (position < limit) {
            return true;
        }
        super.setSoTimeout(roundedUp(wait.toNanos()));
        try {
            int count = receive(buffer, 0, buffer.length);
            position = 0;
            limit = Math.max(count, 0);
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
            throw new SilentServerException(ticket.budget());
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        super.getInputStream(); // throws where a socket would
        return new Input();
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
            lastArrival = System.nanoTime();
        }
        return count;
    }

    /** Waits as long as the driver's timeout and our limits allow. */
    private int receiveWithinLimits(byte[] target, int offset, int length) throws IOException {
        long begin = System.nanoTime();
        long allowed = handshake ? deadline - begin : silenceLimit;
        if (allowed <= 0) {
            throw new SilentServerException(ticket.budget());
        }
        int millis = roundedUp(allowed);
        super.setSoTimeout(timeout == 0 ? millis : Math.min(timeout, millis));
        try {
            return receive(target, offset, length);
        } catch (SocketTimeoutException e) {
            long now = System.nanoTime();
            if (handshake ? now >= deadline : now - begin >= silenceLimit) {
                throw new SilentServerException(handshake ? ticket.budget() : Duration.ofNanos(silenceLimit));
            }
            throw e;
        }
    }

    private int remainingMillis() throws IOException {
        long remaining = deadline - System.nanoTime();
        if (remaining <= 0) {
            throw new SilentServerException(ticket.budget());
        }
        return roundedUp(remaining);
    }

    /** A wait that ended early would leave less than a millisecond, for which there is no timeout. */
    private static int roundedUp(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    }

    /** The server did not answer in time. Not a timeout exception, which the driver would take for one of its own. */
    static final class SilentServerException extends IOException {

        private static final long serialVersionUID = 1L;

        SilentServerException(Duration limit) {
            super("no answer within " + limit.toSeconds() + " s");
        }
    }

    private final class Input extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (position == limit) {
                return receiveWithinLimits(target, offset, length);
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public int available() {
            return limit - position;
        }

        /** Closes the socket, as the stream of any socket does. */
        @Override
        public void close() throws IOException {
            MySqlSocket.this.close();
        }
    }
}

package io.rustcdc.source.mysql;

/** Reads dates and times in each of the formats that they are stored in. */
final class StoredTimes {

    private static final long MICROS = 1_000_000;
    private static final long[] UNITS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

    /** What a time with a fraction of MariaDB 5.3 is stored as if it is zero: one second more than the longest. */
    private static final long HIRES_ZERO = 838 * 3600 + 59 * 60 + 59 + 1;

    private StoredTimes() {}

    static Moment date(byte[] bytes, int start) {
        int bits = (int) Numbers.littleEndian(bytes, start, 3);
        return Moment.of(bits >> 9, (bits >> 5) & 15, bits & 31);
    }

    static Moment dateTime(StoredType type, byte[] bytes, int start, int end) {
        int digits = type.meta();
        if (type.code() == StoredType.DATETIME) {
            int fraction = (digits + 1) / 2;
            long bits = Numbers.bigEndian(bytes, start, 5) - 0x80_0000_0000L;
            long date = bits >> 17;
            int time = (int) bits & 0x1FFFF;
            return new Moment(
                    (int) (date >> 5) / 13,
                    (int) (date >> 5) % 13,
                    (int) date & 31,
                    secondOfDay(time),
                    fraction(bytes, start + 5, fraction));
        }
        if (digits == 0) {
            long number = Numbers.littleEndian(bytes, start, 8);
            int date = (int) (number / MICROS);
            int time = (int) (number % MICROS);
            return new Moment(
                    date / 10_000,
                    date / 100 % 100,
                    date % 100,
                    Moment.secondOfDay(time / 10_000, time / 100 % 100, time % 100),
                    0);
        }
        long number = Numbers.bigEndian(bytes, start, end - start) * UNITS[digits];
        long seconds = number / MICROS;
        long days = seconds / 86_400;
        return new Moment(
                (int) (days / 32 / 13), (int) (days / 32 % 13), (int) (days % 32), (int) (seconds % 86_400), (int)
                        (number % MICROS));
    }

    /** In UTC; zero is the date that is none. */
    static Moment timestamp(StoredType type, byte[] bytes, int start, int end) {
        long seconds;
        long micros;
        if (type.code() == StoredType.TIMESTAMP) {
            seconds = Numbers.bigEndian(bytes, start, 4);
            micros = fraction(bytes, start + 4, end - start - 4);
        } else if (type.meta() == 0) {
            seconds = Numbers.littleEndian(bytes, start, 4);
            micros = 0;
        } else {
            seconds = Numbers.bigEndian(bytes, start, 4);
            micros = Numbers.bigEndian(bytes, start + 4, end - start - 4) * UNITS[type.meta()];
        }
        return seconds == 0 && micros == 0 ? Moment.of(0, 0, 0) : Moment.ofEpoch(seconds, (int) micros);
    }

    /** In micros, negative before zero. */
    static long time(StoredType type, byte[] bytes, int start, int end) {
        int digits = type.meta();
        if (type.code() == StoredType.TIME) {
            int fraction = 8 * (end - start - 3);
            long bits = Numbers.bigEndian(bytes, start, end - start) - (0x80_0000L << fraction);
            long positive = Math.abs(bits);
            long micros = secondOfDay((int) (positive >> fraction)) * MICROS
                    + micros(positive & ((1L << fraction) - 1), fraction / 8);
            return bits < 0 ? -micros : micros;
        }
        if (digits == 0) {
            int number = (int) Numbers.signed(Numbers.littleEndian(bytes, start, 3), 3);
            int positive = Math.abs(number);
            long micros = Moment.secondOfDay(positive / 10_000, positive / 100 % 100, positive % 100) * MICROS;
            return number < 0 ? -micros : micros;
        }
        long zero = HIRES_ZERO * MICROS / UNITS[digits];
        return (Numbers.bigEndian(bytes, start, end - start) - zero) * UNITS[digits];
    }

    private static int secondOfDay(int bits) {
        return Moment.secondOfDay(bits >> 12, (bits >> 6) & 63, bits & 63);
    }

    private static int fraction(byte[] bytes, int start, int size) {
        return (int) micros(Numbers.bigEndian(bytes, start, size), size);
    }

    /** A byte holds two digits. */
    private static long micros(long fraction, int size) {
        return fraction * UNITS[2 * size];
    }
}

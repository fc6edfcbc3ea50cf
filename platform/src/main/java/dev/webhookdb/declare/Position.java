package dev.webhookdb.declare;

/**
 * Where something is written.
 *
 * @param file as the operator calls it; {@code -} for what was sent
 * @param line from 1
 */
public record Position(String file, int line) {
    @Override
    public String toString() {
        return "%s:%d".formatted(file, line);
    }
}

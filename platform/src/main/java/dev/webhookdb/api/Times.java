package dev.webhookdb.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Times that people write: ISO 8601, of which the offset, the time and the T may be missing; then it is UTC. */
final class Times {
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendPattern("[' ']")
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    /** Later and earlier ones are typing errors, and are beyond what PostgreSQL knows. */
    private static final int LATEST_YEAR = 9999;

    private Times() {}

    /** @param name of the parameter, for the refusal */
    static Instant parse(String name, String text) {
        try {
            TemporalAccessor parsed =
                    FORMAT.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (parsed.get(ChronoField.YEAR) > LATEST_YEAR || parsed.get(ChronoField.YEAR) < 1) {
                throw new DateTimeException("The year is out of range");
            }
            return switch (parsed) {
                case OffsetDateTime exact -> exact.toInstant();
                case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
                case LocalDate day -> day.atStartOfDay().toInstant(ZoneOffset.UTC);
                default -> throw new IllegalStateException("Not asked for: " + parsed);
            };
        } catch (DateTimeException e) {
            throw ApiException.invalid(
                    name,
                    "'%s' must be a time such as 2026-01-31T12:00:00Z or 2026-01-31, not '%s'.".formatted(name, text));
        }
    }
}

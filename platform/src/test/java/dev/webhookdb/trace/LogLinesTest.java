package dev.webhookdb.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What the server's own logging configuration writes. */
class LogLinesTest {
    private static final Path CONFIGURATION = Path.of("src/main/resources/logback.xml");

    @Test
    void a_line_of_text_ends_with_the_ids_where_there_are_any() throws JoranException {
        assertThat(lines("TEXT", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"))
                .containsPattern(
                        "INFO +LogLines hello trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7\\R");
        assertThat(lines("TEXT", "", "")).containsPattern("INFO +LogLines hello\\R");
    }

    @Test
    void a_line_of_json_has_them_as_fields() throws JoranException {
        assertThat(lines("JSON", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"))
                .containsPattern("\"trace_id\": ?\"4bf92f3577b34da6a3ce929d0e0e4736\"")
                .containsPattern("\"span_id\": ?\"00f067aa0ba902b7\"");
        assertThat(lines("JSON", "", "")).doesNotContain("trace_id");
    }

    private static String lines(String format, String trace, String span) throws JoranException {
        var written = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        var context = new LoggerContext();
        try {
            context.setMDCAdapter(MDC.getMDCAdapter());
            context.putProperty("webhookdb.log.format", format);
            var configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(CONFIGURATION.toFile());
            if (!trace.isEmpty()) {
                MDC.put(Span.TRACE_ID, trace);
                MDC.put(Span.SPAN_ID, span);
            }
            context.getLogger("dev.webhookdb.LogLines").info("hello");
        } finally {
            MDC.remove(Span.TRACE_ID);
            MDC.remove(Span.SPAN_ID);
            context.stop();
            System.setOut(before);
        }
        return written.toString(StandardCharsets.UTF_8);
    }
}

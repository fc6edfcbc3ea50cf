package dev.webhookdb.connectors.transistor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Summary and description, whichever way they were written. */
class NotesTest {
    @Test
    void whatHasASummaryWasWrittenInTwoFields() {
        assertThat(Notes.of(Optional.of("Short"), Optional.of("<div>Long<br>text</div>")))
                .isEqualTo(new Notes(1, Optional.of("Short"), Optional.of("<div>Long<br>text</div>")));
        assertThat(Notes.of(Optional.of(""), Optional.empty()))
                .isEqualTo(new Notes(1, Optional.of(""), Optional.empty()));
    }

    @Test
    void whatHasNeitherHasNothing() {
        assertThat(Notes.of(Optional.empty(), Optional.empty()))
                .isEqualTo(new Notes(2, Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            A line                                         | A line                  | -
            A <strong>bold</strong> line                   | A <strong>bold</strong> line | -
            <div>A line</div>                              | A line                  | -
            <div>A line<br></div>                          | A line                  | -
            <div>A line<br><br>&nbsp;</div>                | A line                  | -
            A line<br>and <em>more</em>                    | A line                  | and <em>more</em>
            A line<br /><BR> <br>and more<br>here          | A line                  | and more<br>here
            <div>A line<br><br>and more</div>              | A line                  | <div>and more</div>
            <div class="a"><p>A line<br>more</p>b</div>    | A line                  | <div class="a"><p>more</p>b</div>
            <div><p>A line</p><p>more</p></div>            | A line                  | <div><p>more</p></div>
            <p>A line</p><p>and</p><p>more</p>             | A line                  | <p>and</p><p>more</p>
            <p>A line</p><br><ul><li>one</li></ul>         | A line                  | <ul><li>one</li></ul>
            <div><br>A line<br>more</div>                  | A line                  | <div>more</div>
            <p></p><p>A line</p>                           | A line                  | -
            <a href="https://example.com/">A link</a><br>b | <a href="https://example.com/">A link</a> | b
            <pretty>A line</pretty>                        | <pretty>A line</pretty> | -
            <div></div>                                    | -                       | -
            """)
    void otherwiseTheFirstLineIsTheSummary(String html, String summary, String description) {
        assertThat(Notes.of(Optional.empty(), Optional.of(html)))
                .isEqualTo(new Notes(2, Optional.ofNullable(summary), Optional.ofNullable(description)));
    }
}

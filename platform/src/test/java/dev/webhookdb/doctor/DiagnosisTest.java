package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static final Finding FINE = new Finding("clock", Status.OK, "It is right.", "");
    private static final Finding LATER = new Finding("public_url", Status.WARNING, "It ends soon.", "Renew it.");
    private static final Finding BAD = new Finding("mail", Status.PROBLEM, "It is away.", "Start it.");
    private static final Finding NONE = new Finding("proxy", Status.SKIPPED, "There is none.", "");

    @Test
    void people_get_a_line_for_each_finding_with_its_remedy_and_a_sum() {
        assertThat(new Diagnosis(List.of(FINE, LATER, BAD, NONE)).text()).isEqualTo("""
                ok       clock       It is right.
                warning  public_url  It ends soon.
                                     Renew it.
                problem  mail        It is away.
                                     Start it.
                skipped  proxy       There is none.

                1 problem, 1 warning, 1 ok, 1 skipped.
                """);
    }

    @Test
    void programs_get_an_object() {
        assertThat(new Diagnosis(List.of(FINE, LATER)).json()).isEqualTo("""
                {"status":"warning","counts":{"problem":0,"warning":1,"ok":1,"skipped":0},"findings":[\
                {"check":"clock","status":"ok","found":"It is right.","remedy":""},\
                {"check":"public_url","status":"warning","found":"It ends soon.","remedy":"Renew it."}]}""");
    }

    @Test
    void the_exit_status_is_that_of_the_worst() {
        assertThat(new Diagnosis(List.of(FINE, NONE)).exitStatus()).isZero();
        assertThat(new Diagnosis(List.of(LATER, FINE)).exitStatus()).isEqualTo(2);
        assertThat(new Diagnosis(List.of(LATER, BAD, FINE)).exitStatus()).isEqualTo(1);
    }

    @Test
    void what_other_programs_say_moves_no_cursor() {
        assertThat(new Finding("mail", Status.PROBLEM, "It said \u001b[2J\nboo.", "").found())
                .isEqualTo("It said [2J boo.");
    }
}

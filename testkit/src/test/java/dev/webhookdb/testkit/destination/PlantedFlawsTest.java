package dev.webhookdb.testkit.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The kit finds what is wrong with a destination, and tells its author what to do; and it finds nothing wrong with a good one. */
class PlantedFlawsTest {
    @Test
    void aGoodDestinationPasses() {
        assertThat(complaints(Flaw.NONE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFlawIsFound(Flaw flaw) {
        assertThat(complaints(flaw))
                .anySatisfy(complaint -> assertThat(complaint)
                        .contains(flaw.complaint())
                        .contains("What to do:")
                        .contains(flaw.remedy()));
    }

    /** Runs the kit as a build would, and returns what it complains of. */
    private static List<String> complaints(Flaw flaw) {
        ShelfConformance.about(flaw);
        List<String> complaints = new ArrayList<>();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(ShelfConformance.class))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().map(String::valueOf).ifPresent(complaints::add);
            }
        });
        return complaints;
    }
}

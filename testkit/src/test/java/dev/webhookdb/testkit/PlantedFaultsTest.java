package dev.webhookdb.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.webhookdb.testkit.gadget.Gadget;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The kit finds what is wrong with a connector, and tells its author what to do; and it finds nothing wrong with a good one. */
class PlantedFaultsTest {
    private static final Map<String, String> HUNDRED = Map.of("limit", "100");

    @Test
    void aGoodConnectorPasses() {
        assertThat(complaints(new Gadget(), GadgetConformance.ABILITIES, HUNDRED))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource({
        "dev.webhookdb.testkit.VerifyingFaults#all",
        "dev.webhookdb.testkit.ReadingFaults#all",
        "dev.webhookdb.testkit.DeclaringFaults#all",
        "dev.webhookdb.testkit.ListingFaults#all"
    })
    void aFaultIsFound(Fault fault) {
        List<String> complaints = complaints(fault.gadget(), GadgetConformance.ABILITIES, HUNDRED);

        assertThat(complaints)
                .anySatisfy(complaint -> assertThat(complaint)
                        .contains(fault.complaint())
                        .contains("What to do:")
                        .contains(fault.remedy()));
    }

    @Test
    void anAbilityThatIsNotThereMustNotBeClaimed() {
        Set<Ability> more = EnumSet.copyOf(GadgetConformance.ABILITIES);
        more.add(Ability.FETCHES);

        assertThat(complaints(new Gadget(), more, HUNDRED))
                .singleElement()
                .satisfies(complaint -> assertThat(complaint)
                        .contains("The ability FETCHES is claimed but not shown")
                        .contains("remove FETCHES from abilities()"));
    }

    @Test
    void anAbilityThatIsThereHasToBeClaimed() {
        Set<Ability> fewer = EnumSet.copyOf(GadgetConformance.ABILITIES);
        fewer.remove(Ability.DELETIONS);

        assertThat(complaints(new Gadget(), fewer, HUNDRED))
                .singleElement()
                .satisfies(complaint -> assertThat(complaint)
                        .contains("The ability DELETIONS is shown but not claimed")
                        .contains("Add DELETIONS to abilities()"));
    }

    @Test
    void aPageSizeHasToBeTheMaximum() {
        assertThat(complaints(new Gadget(), GadgetConformance.ABILITIES, Map.of("limit", "250")))
                .anySatisfy(complaint -> assertThat(complaint)
                        .contains("The largest page has limit=250, but the listing asks for limit=100."));
        assertThat(complaints(new Gadget(), GadgetConformance.ABILITIES, Map.of()))
                .anySatisfy(complaint ->
                        assertThat(complaint).contains("the test does not say what the provider's maximum is"));
    }

    /** Runs the kit as a build would, and returns what it complains of. */
    private static List<String> complaints(Gadget gadget, Set<Ability> claims, Map<String, String> pageSize) {
        GadgetConformance.about(gadget, claims, pageSize);
        List<String> complaints = new ArrayList<>();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(GadgetConformance.class))
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

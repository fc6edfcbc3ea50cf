package dev.webhookdb.doctor;

import dev.webhookdb.declare.Declaration;
import dev.webhookdb.declare.DeclarationException;
import dev.webhookdb.declare.DeclarationReader;
import dev.webhookdb.declare.Mistake;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Whether the files that say what exists can be applied. They are read here; what applying them would change, the running server
 * is asked for.
 */
final class OrganizationFilesCheck {
    static final String NAME = "organization_files";
    private static final int MOST_MISTAKES = Findings.MOST_NAMED;
    private static final String REMEDY = "Correct it: nothing is applied before all files are right.";

    private final Path directory;
    private final Map<String, String> environment;
    private final LocalServer server;

    /** @param environment what files can refer to */
    OrganizationFilesCheck(Path directory, Map<String, String> environment, LocalServer server) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.server = server;
    }

    List<Finding> examine() throws InterruptedException {
        if (!Files.exists(directory)) {
            return Findings.skipped(
                    NAME, "There is no directory %s, so no files say what exists.".formatted(directory));
        }
        List<Declaration> declarations;
        try {
            declarations = new DeclarationReader(environment).read(directory);
        } catch (DeclarationException e) {
            return mistakes(e.mistakes().stream().map(Mistake::toString).toList());
        }
        if (declarations.isEmpty()) {
            return new Findings(NAME)
                    .ok("The files in %s declare nothing.".formatted(directory))
                    .all();
        }
        Optional<Web.Answer.Given> plan = server.asOperator("/v1/operator/config/plan", "{}");
        String declared = Findings.count(declarations.size(), "declaration", "declarations");
        return plan.isEmpty()
                ? new Findings(NAME)
                        .ok("%s in %s can be read; what they would change is known only while the server runs."
                                .formatted(declared, directory))
                        .all()
                : planned(plan.get(), declared);
    }

    private List<Finding> planned(Web.Answer.Given plan, String declared) {
        Optional<Json> said = Identity.json(plan.body());
        if (plan.status() != 200 || said.isEmpty()) {
            List<String> mistakes = said.stream()
                    .flatMap(json -> Stream.of(json.items("mistakes"), json.items("error", "mistakes")))
                    .flatMap(List::stream)
                    .map(OrganizationFilesCheck::mistake)
                    .toList();
            return mistakes.isEmpty()
                    ? new Findings(NAME)
                            .problem(
                                    "The server could not say what the files in %s would change (status %d)."
                                            .formatted(directory, plan.status()),
                                    "Run 'webhookdb config plan', which says why.")
                            .all()
                    : mistakes(mistakes);
        }
        long changes = LongStream.of(
                        number(said.get(), "create"), number(said.get(), "update"), number(said.get(), "delete"))
                .sum();
        Findings findings = new Findings(NAME);
        if (changes > 0) {
            findings.warning(
                    "The files in %s and what there is differ by %s."
                            .formatted(directory, Findings.count(changes, "change", "changes")),
                    "'webhookdb config plan' shows them, and 'webhookdb config apply' makes them.");
        }
        return findings.orOk("%s in %s: there is nothing to change.".formatted(declared, directory));
    }

    private static String mistake(Json one) {
        String key = one.text("key")
                .filter(text -> !text.isEmpty())
                .map(text -> text + ": ")
                .orElse("");
        return "%s:%d: %s%s"
                .formatted(
                        one.text("file").orElse(""),
                        number(one, "line"),
                        key,
                        one.text("message").orElse(""));
    }

    private static long number(Json json, String field) {
        return json.number(field).map(BigDecimal::longValue).orElse(0L);
    }

    private static List<Finding> mistakes(List<String> all) {
        Findings findings = new Findings(NAME);
        all.stream().limit(MOST_MISTAKES).forEach(one -> findings.problem(one, REMEDY));
        if (all.size() > MOST_MISTAKES) {
            findings.problem("The files have %d more mistakes.".formatted(all.size() - MOST_MISTAKES), REMEDY);
        }
        return findings.all();
    }
}

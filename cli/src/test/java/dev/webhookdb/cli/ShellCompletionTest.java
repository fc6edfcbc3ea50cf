package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zsh and fish complete commands with the scripts that are made for them, from the first TAB on. Both are packages of Debian. */
class ShellCompletionTest {
    @TempDir
    private Path directory;

    /** What stands for the client knows two names, and otherwise prints what it was called with. */
    @BeforeEach
    void prepare() throws IOException {
        Path program = Files.createDirectory(directory.resolve("bin")).resolve("webhookdb");
        Files.writeString(
                program,
                "#!/bin/sh\nif [ \"$1\" = complete ]; then printf 'acme\\nzeta\\n'; else echo \"called: $*.\"; fi\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "webhookdb backf<TAB>, backfill",
        "webhookdb integrations rol<TAB>, integrations roll-key",
        "webhookdb org activate z<TAB>, org activate zeta",
        "webhookdb db sql --form<TAB>csv, db sql --format csv"
    })
    void zshCompletesFromTheFirstTabOn(String typed, String called) throws IOException, InterruptedException {
        Path functions = Files.createDirectory(directory.resolve("functions"));
        write("zsh", functions.resolve("_webhookdb"));
        Path script = Files.writeString(directory.resolve("type.zsh"), """
                zmodload zsh/zpty
                zpty shell zsh -f -i
                zpty -w shell 'fpath=(%s $fpath); autoload -U compinit; compinit -u -D; print -r -- rea""dy'
                zpty -r shell seen '*ready*'
                zpty -w -n shell "$1"$'\n'
                zpty -r shell seen '*called:*.*'
                print -r -- "$seen"
                zpty -d shell
                """.formatted(functions));

        assertThat(run("zsh", script.toString(), typed.replace("<TAB>", "\t")))
                .contains("called: " + called + ".")
                .doesNotContain("command not found");
    }

    @Test
    void fishCompletesCommandsAndNamesThatTheServerKnows() throws IOException, InterruptedException {
        Path script = directory.resolve("webhookdb.fish");
        write("fish", script);

        assertThat(fish(script, "webhookdb integrations rol").lines())
                .singleElement()
                .asString()
                .startsWith("roll-key\t");
        assertThat(fish(script, "webhookdb org activate ").lines()).containsExactly("acme", "zeta");
    }

    private void write(String shell, Path script) throws IOException {
        try (Client client = new Client(directory)) {
            assertThat(client.run("completion", shell)).isZero();
            Files.writeString(script, client.out());
        }
    }

    private String fish(Path script, String typed) throws IOException, InterruptedException {
        return run("fish", "--no-config", "-c", "source '%s'; complete -C '%s'".formatted(script, typed));
    }

    private String run(String... command) throws IOException, InterruptedException {
        assumeTrue(installed(command[0]), "The package '%s' is not installed.".formatted(command[0]));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output;
    }

    private static boolean installed(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }
}

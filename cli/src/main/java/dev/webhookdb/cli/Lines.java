package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Answers without a person: one line of standard input each. Waits for none of them for ever, because nobody would see the question. */
final class Lines implements Input {
    private final BufferedReader lines;
    private final PrintWriter questions;
    private final Duration patience;

    Lines(InputStream in, PrintWriter questions, Duration patience) {
        this.lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        this.questions = questions;
        this.patience = patience;
    }

    @Override
    public boolean isPerson() {
        return false;
    }

    @Override
    public Optional<String> ask(String prompt, boolean hidden) {
        questions.println(prompt);
        questions.flush();
        CompletableFuture<Optional<String>> line = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> read(line));
        try {
            return line.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Failure.ofUsage(
                    "Standard input is no terminal, and no line came from it for " + patience.toSeconds()
                            + " seconds. Give the answer with an option, or close standard input with </dev/null to be told with which.");
        } catch (ExecutionException e) {
            throw Failure.ofUsage(
                    "Standard input cannot be read: " + e.getCause().getMessage() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofUsage("Interrupted.");
        }
    }

    @Override
    public String rest() {
        return lines.lines().collect(Collectors.joining("\n"));
    }

    private void read(CompletableFuture<Optional<String>> line) {
        try {
            line.complete(Optional.ofNullable(lines.readLine()));
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }
}

package dev.webhookdb.testkit;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the author recorded of one resource, in the order of the files' names, where 10 comes after 9.
 *
 * @param directory where the files lie, as the author knows it
 * @param foreign webhooks that say nothing about the resource
 * @param answers what the provider answers besides pages, such as single objects
 * @param parent the row's data for which pages are listed
 */
record Samples(
        String directory,
        List<WebhookSample> webhooks,
        List<WebhookSample> foreign,
        List<AnswerSample> pages,
        List<AnswerSample> answers,
        Optional<Json> parent) {
    private static final Pattern NUMBER = Pattern.compile("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)");

    static Samples of(Class<?> test, String root, Resource resource) {
        String directory = root + "/" + resource.name();
        Webhook.Format format = resource.webhook().map(Webhook::format).orElse(Webhook.Format.JSON);
        return new Samples(
                "src/test/resources/" + directory,
                read(test, directory, "webhook", (name, json) -> WebhookSample.of(name, json, format)),
                read(test, directory, "foreign", (name, json) -> WebhookSample.of(name, json, format)),
                read(test, directory, "page", AnswerSample::of),
                read(test, directory, "answer", AnswerSample::of),
                read(test, directory, "parent", (name, json) -> json).stream().findFirst());
    }

    private static <T> List<T> read(Class<?> test, String directory, String kind, BiFunction<String, Json, T> parser) {
        URL found = test.getClassLoader().getResource(directory);
        if (found == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
            return files.filter(
                            file -> name(file).startsWith(kind) && name(file).endsWith(".json"))
                    .sorted(Comparator.comparing(Samples::sortKey))
                    .map(file -> parser.apply(name(file), json(file)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Json json(Path file) {
        try {
            return JsonReader.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedJsonException e) {
            throw new AssertionError(
                    "The sample %s is not JSON: %s\n  What to do: Correct the file.".formatted(file, e.getMessage()),
                    e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String sortKey(Path file) {
        return NUMBER.splitAsStream(name(file))
                .map(part -> part.chars().allMatch(Character::isDigit)
                        ? "0".repeat(Math.max(0, 9 - part.length())) + part
                        : part)
                .reduce("", String::concat);
    }
}

package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What declarations files make. */
class ReaderTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("STRIPE", "whsec_1", "PASSWORD", "pa/ss", "EMPTY", "");

    @TempDir
    private Path directory;

    @Test
    void a_document_declares_an_organization_and_what_belongs_to_it() {
        List<Declaration> read = read("""
                organization:
                  name: Acme Inc.
                  billing-email: Money@Acme.example
                members:
                  Jo@acme.example: admin
                integrations:
                  charges: stripe_charge_v1
                  stripe:
                    schedule: 6h
                    settings:
                      webhook_secret: ${env:STRIPE}
                    connector: stripe
                notifications:
                  told:
                    url: https://example.com/
                    events: created
                    ordered: yes
                    rate: 10
                tokens:
                  ci:
                    sha256: ABCDEF6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                    role: viewer
                """);

        assertThat(read.stream()
                        .map(one -> "%s %s %s %s".formatted(one.kind(), one.organization(), one.name(), texts(one))))
                .containsExactly(
                        "ORGANIZATION acme_inc acme_inc {name=[Acme Inc.], billing-email=[money@acme.example]}",
                        "MEMBER acme_inc jo@acme.example {role=[admin]}",
                        "INTEGRATION acme_inc charges {services=[stripe_charge_v1]}",
                        "INTEGRATION acme_inc stripe {connector=[stripe], settings.webhook_secret=[whsec_1], schedule=[PT6H]}",
                        "NOTIFICATION acme_inc told {url=[https://example.com/], events=[created], ordered=[true], rate=[10]}",
                        "TOKEN acme_inc ci {sha256=[abcdef6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef], role=[viewer]}");
        assertThat(read.get(3).at()).isEqualTo(new Position("acme.yaml", 8));
        assertThat(read.get(3).said("settings.webhook_secret").orElseThrow())
                .hasToString("[secret]")
                .extracting(Value::at)
                .isEqualTo(new Position("acme.yaml", 11));
    }

    @Test
    void one_service_and_its_table_have_the_form_of_several() {
        Declaration integration = read("""
                organization: acme
                integrations:
                  charges:
                    table: charges
                    service: stripe_charge_v1
                """).get(1);

        assertThat(texts(integration)).hasToString("{services=[stripe_charge_v1], tables.stripe_charge_v1=[charges]}");
    }

    @Test
    void an_organization_that_is_only_named_is_declared_unless_another_file_does() {
        List<Declaration> read = new DeclarationReader(Map.of())
                .read(List.of(
                        text("a.yaml", "organization: acme\nmembers: {a@example.com: admin}"),
                        text("b.yaml", "---\norganization: Other Name\n---\n# nothing\n---\norganization: acme\n"),
                        text("c.yaml", "organization: {key: acme, name: ACME}")));

        assertThat(read.stream().map(one -> "%s %s %s".formatted(one.name(), texts(one), one.at())))
                .containsExactly(
                        "acme {name=[ACME]} c.yaml:1",
                        "other_name {name=[Other Name]} b.yaml:2",
                        "a@example.com {role=[admin]} a.yaml:2");
    }

    @Test
    void an_organization_that_is_named_by_its_key_is_not_renamed() {
        assertThat(read("organization: acme").getFirst().attributes()).isEmpty();
    }

    @Test
    void a_text_is_taken_as_it_is_written_whatever_yaml_would_make_of_it() {
        List<Declaration> read = read("""
                organization: {name: no}
                queries:
                  on: {sql: select 1, description: 1.50}
                  octal: {sql: select 1, description: 0o17}
                  date: {sql: select 1, description: 2001-12-14}
                  truth: {sql: select 1, description: yes, public: off}
                  null: {sql: "null"}
                """);

        assertThat(read.stream().map(one -> one.name() + " " + texts(one)))
                .containsExactly(
                        "no {name=[no]}",
                        "on {sql=[select 1], description=[1.50]}",
                        "octal {sql=[select 1], description=[0o17]}",
                        "date {sql=[select 1], description=[2001-12-14]}",
                        "truth {sql=[select 1], description=[yes], public=[false]}",
                        "null {sql=[null]}");
    }

    @Test
    void anchors_and_merge_keys_say_the_same_of_several_things() {
        List<Declaration> read = read("""
                organization: acme
                notifications:
                  one: &usual
                    url: https://example.com/1
                    patient: true
                    events: &events [created, updated]
                  two:
                    <<: *usual
                    url: https://example.com/2
                  three:
                    <<: [{paused: true}, *usual]
                    events: *events
                """);

        assertThat(read.stream().skip(1).map(one -> one.name() + " " + texts(one)))
                .containsExactly(
                        "one {url=[https://example.com/1], events=[created, updated], patient=[true]}",
                        "two {url=[https://example.com/2], events=[created, updated], patient=[true]}",
                        "three {url=[https://example.com/1], events=[created, updated], patient=[true], paused=[true]}");
    }

    @Test
    void a_text_may_refer_to_variables_and_files() throws IOException {
        Files.writeString(directory.resolve("secret.txt"), "s3cret\r\n");
        Files.writeString(directory.resolve("view.sql"), "select 1\n\n");

        List<Declaration> read = read("""
                organization: {name: Acme, seed: "${file:secret.txt}"}
                views:
                  one: ${file:view.sql}
                http-syncs:
                  rows:
                    integration: charges
                    url: https://user:${env:PASSWORD}@example.com/$${literal}
                    secret: ${env:MISSING|stored}
                    page-size: ${env:EMPTY|stored}
                error-handlers:
                  us: https://${env:MISSING|stored}@example.com
                """);

        assertThat(read.stream().map(one -> one.name() + " " + texts(one)))
                .containsExactly(
                        "acme {name=[Acme], seed=[s3cret]}",
                        "one {sql=[select 1]}",
                        "rows {integration=[charges], url=[https://user:pa/ss@example.com/${literal}], secret=kept, page-size=kept}",
                        "us {url=kept}");
        assertThat(read.get(2).said("url").orElseThrow().isSecret()).isTrue();
    }

    @Test
    void views_come_behind_those_that_they_read() {
        List<Declaration> read = read("""
                organization: acme
                views:
                  paid: select * from Latest where status = 'paid' -- not of everything
                  latest: select * from "everything"
                  alone: select 'paid' as latest_2
                  everything: select 1
                """);

        assertThat(read.stream().skip(1).map(Declaration::name))
                .containsExactly("everything", "latest", "paid", "alone");
    }

    @Test
    void a_directory_is_read_by_name_and_links_are_followed() throws IOException {
        Path data = Files.createDirectories(directory.resolve("..2026/below"));
        Files.writeString(data.resolveSibling("b.yml"), "organization: second");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(directory.resolve("b.yml"), Path.of("..data/b.yml"));
        Files.writeString(directory.resolve("a.yaml"), "\uFEFForganization: first");
        Files.writeString(directory.resolve(".hidden.yaml"), "organization: hidden");
        Files.writeString(directory.resolve("notes.txt"), "organization: notes");
        Files.createDirectories(directory.resolve("examples.yaml"));

        List<Declaration> read = new DeclarationReader(Map.of()).read(directory);

        assertThat(read).extracting(Declaration::name).containsExactly("first", "second");
        assertThat(read.getFirst().at())
                .isEqualTo(new Position(directory.resolve("a.yaml").toString(), 1));
        assertThat(new DeclarationReader(Map.of()).read(directory.resolve("missing")))
                .isEmpty();
    }

    private List<Declaration> read(String yaml) {
        return new DeclarationReader(ENVIRONMENT)
                .read(List.of(new DeclarationReader.Text("acme.yaml", yaml, Optional.of(directory))));
    }

    private static DeclarationReader.Text text(String name, String yaml) {
        return new DeclarationReader.Text(name, yaml, Optional.empty());
    }

    private static Map<String, Object> texts(Declaration declaration) {
        Map<String, Object> texts = new LinkedHashMap<>();
        declaration.attributes().forEach((path, value) -> texts.put(path, value.isKept() ? "kept" : value.texts()));
        return texts;
    }
}

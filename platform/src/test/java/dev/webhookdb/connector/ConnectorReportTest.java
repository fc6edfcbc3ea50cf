package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorReportTest {
    @Test
    void aReportNamesWhatWorksAndWhatToDoAboutTheRest() {
        List<Installed> all = List.of(
                new Installed.Ready(
                        Path.of("connectors/acme-1.0.jar"),
                        "acme",
                        "1.0",
                        "Acme",
                        List.of(resource("acme_order_v1"), resource("acme_invoice_v1")),
                        List.of("It changed; restart the host to use what is there now.")),
                new Installed.Refused(
                        Path.of("connectors/broken.jar"), "broken.jar is empty.", "Copy or download it again."));

        assertThat(ConnectorReport.render(all)).isEqualTo("""
                READY    acme 1.0 (Acme), from acme-1.0.jar
                         services: acme_order_v1, acme_invoice_v1
                         note:     It changed; restart the host to use what is there now.
                REFUSED  broken.jar
                         problem:  broken.jar is empty.
                         remedy:   Copy or download it again.
                """);
    }

    @Test
    void anEmptyReportSaysSo() {
        assertThat(ConnectorReport.render(List.of())).isEqualTo("No connectors are installed.\n");
    }

    private static Resource resource(String name) {
        return Resource.named(name, "Thing")
                .columns(Column.timestamp("updated"))
                .orderedBy("updated")
                .webhook(Webhook.of((request, settings) -> Webhook.Verdict.accept(), (request, body) -> List.of()))
                .build();
    }
}

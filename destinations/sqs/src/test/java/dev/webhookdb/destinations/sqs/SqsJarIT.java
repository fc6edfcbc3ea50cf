package dev.webhookdb.destinations.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Place;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Start;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** The JAR, from which parts of the SDK were left out, works with nothing but the JDK and the SPI beside it. */
class SqsJarIT {
    private static final ElasticMq SERVER = ElasticMq.shared();
    private static final String QUEUE = "jar.fifo";

    @Test
    void theJarNeedsNothingElse() throws Exception {
        SERVER.make(QUEUE);
        URL jar = Path.of(System.getProperty("jar")).toUri().toURL();
        try (var loader = new URLClassLoader(new URL[] {jar}, new SpiOnly())) {
            Thread.currentThread().setContextClassLoader(loader.getParent());
            Destination destination =
                    ServiceLoader.load(Destination.class, loader).findFirst().orElseThrow();
            assertThat(destination.getClass().getClassLoader()).isSameAs(loader);
            try (DestinationSession session = destination.connect(place(QUEUE))) {
                session.open(table(), Start.at(0));
                session.write(table(), new Batch(rows(), 30));
            }
            assertThatThrownBy(() -> destination.connect(place("none.fifo"))).hasMessageContaining("no such queue");
        } finally {
            Thread.currentThread().setContextClassLoader(SqsJarIT.class.getClassLoader());
        }
        assertThat(Reader.take(SERVER, QUEUE)).hasSize(30);
    }

    /** What a host shows to a destination besides its own JAR. */
    private static final class SpiOnly extends ClassLoader {
        SpiOnly() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.webhookdb.spi.")) {
                return SqsJarIT.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    private static Place place(String queue) {
        URI url = ElasticMq.url(SERVER.port(), queue);
        return Place.of(url, SocketFactory.getDefault(), Duration.ofSeconds(30));
    }

    private static DestinationTable table() {
        return DestinationTable.of(
                "syt_1",
                Optional.empty(),
                "charge",
                "charge_id",
                List.of(
                        new DestinationColumn("charge_id", Column.Type.TEXT),
                        new DestinationColumn(DestinationTable.CHANGE, Column.Type.BIGINT)));
    }

    private static List<Row> rows() {
        return IntStream.range(0, 30)
                .mapToObj(i -> Row.of(List.of("ch_" + i), i + 1L, false))
                .toList();
    }
}

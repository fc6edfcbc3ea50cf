package dev.webhookdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBinariesTest {
    @TempDir
    private Path directory;

    @Test
    void those_who_unpack_at_the_same_time_share_what_the_first_one_unpacked() throws Exception {
        Callable<EmbeddedBinaries> unpacking =
                () -> EmbeddedBinaries.unpack(directory, EmbeddedVariant.STANDARD.archives());
        try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
            List<Future<EmbeddedBinaries>> both = processes.invokeAll(List.of(unpacking, unpacking));

            String program = both.getFirst().get().program("postgres");
            assertThat(both.getLast().get().program("postgres")).isEqualTo(program);
            assertThat(Path.of(program)).isExecutable();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }
}

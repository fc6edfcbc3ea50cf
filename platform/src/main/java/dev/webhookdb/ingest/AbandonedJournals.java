package dev.webhookdb.ingest;

import dev.webhookdb.journal.Abandoned;
import dev.webhookdb.journal.JournalException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journals of earlier runs, and of other hosts, that are in this host's directory. For use by one thread but for {@link #bytes}. */
final class AbandonedJournals {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedJournals.class);

    private final Path directory;
    private final UUID installation;
    private final Set<String> told = new HashSet<>();
    private Map<Path, Long> sizes = Map.of();
    private Set<Path> settled = Set.of();
    private volatile long bytes;

    /** Measures them. */
    AbandonedJournals(Path directory, UUID installation) {
        this.directory = directory;
        this.installation = installation;
        this.bytes =
                Abandoned.in(directory).stream().mapToLong(Abandoned::bytes).sum();
    }

    /** Returns how many bytes they took when they were last looked at. */
    long bytes() {
        return bytes;
    }

    /** Looks which there are besides one's own. One that grew since the last look is still being copied here, and left for the next. */
    void look(Path own) {
        Map<Path, Long> now = new HashMap<>();
        Abandoned.in(directory).stream()
                .filter(path -> !path.equals(own))
                .forEach(path -> now.put(path, Abandoned.bytes(path)));
        Set<Path> same = new HashSet<>();
        now.forEach((path, size) -> {
            if (size.equals(sizes.get(path))) {
                same.add(path);
            }
        });
        sizes = now;
        settled = same;
        bytes = now.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns those that can be taken, the oldest first. */
    List<Path> settled() {
        return settled.stream().sorted().toList();
    }

    /** Takes one; empty, and told once, if a host that lives has it or it is not to be read here. */
    Optional<Abandoned> claim(Path path) {
        try {
            Optional<Abandoned> claimed = Abandoned.claim(path, installation);
            if (claimed.isEmpty() && told.add(path + " lives")) {
                LOG.info("The journal {} is left to the host that has it locked", path);
            }
            return claimed;
        } catch (JournalException e) {
            if (told.add(e.getMessage())) {
                LOG.error(e.getMessage());
            }
            return Optional.empty();
        }
    }
}

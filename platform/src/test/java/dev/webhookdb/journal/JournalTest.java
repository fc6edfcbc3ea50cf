package dev.webhookdb.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.journal.JournalReader.Batch;
import dev.webhookdb.observe.BackgroundTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Position END = new Position(Integer.MAX_VALUE, Long.MAX_VALUE);
    private static final UUID INSTALLATION = UUID.randomUUID();
    private static final long MUCH = 1L << 30;

    @TempDir
    private Path directory;

    private final List<Journal> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Journal::close);
    }

    @Test
    void what_is_appended_is_read_in_order_and_in_portions() {
        Journal journal = journal(MUCH, 300);
        List<String> texts = IntStream.range(0, 50).mapToObj(i -> "text " + i).toList();
        texts.forEach(text -> append(journal, text));

        JournalReader reader = JournalReader.of(journal);
        List<String> read = new ArrayList<>();
        Position at = Position.START;
        boolean isLast = false;
        while (!isLast) {
            Batch batch = reader.next(at, journal.durable(), 7, 40);
            assertThat(batch.entries()).hasSizeLessThanOrEqualTo(7);
            read.addAll(texts(batch));
            at = batch.end();
            isLast = batch.isLast();
        }

        assertThat(read).isEqualTo(texts);
        assertThat(at).isEqualTo(journal.durable());
        assertThat(segments(journal.directory())).hasSizeGreaterThan(3);
    }

    @Test
    void nobody_but_the_servers_user_can_read_it() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "a");

        for (Path path : List.of(directory.resolve("journal"), journal.directory())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                        segments(journal.directory()).getFirst())))
                .isEqualTo("rw-------");
    }

    @Test
    void what_was_being_written_when_the_host_died_is_cut_off_at_whichever_byte() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "first");
        append(journal, "second");
        long before = journal.durable().offset();
        append(journal, "third");
        Path segment = segments(journal.directory()).getFirst();
        byte[] whole = Files.readAllBytes(segment);

        for (long length = before; length < whole.length; length++) {
            Path copy = directory.resolve("crash" + length).resolve(journal.id().toString());
            Files.createDirectories(copy);
            Files.write(copy.resolve(segment.getFileName()), Arrays.copyOf(whole, (int) length));

            assertThat(abandoned(copy)).containsExactly("first", "second");
            assertThat(copy).doesNotExist();
        }
    }

    @Test
    void bytes_that_came_to_the_disk_in_another_order_are_cut_off_too() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "first");
        long before = journal.durable().offset();
        append(journal, "second");
        Path copy = copied(journal);
        // the file has its length, and its last blocks were never written
        change(copy, bytes -> Arrays.fill(bytes, (int) before, bytes.length, (byte) 0));

        assertThat(abandoned(copy)).containsExactly("first");
        assertThat(copy).doesNotExist();
    }

    @Test
    void a_damaged_record_in_the_middle_keeps_no_other_back_and_its_file_stays() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "first");
        long before = journal.durable().offset();
        append(journal, "second");
        append(journal, "third");
        for (int at = 0; at < Format.HEAD + "second".length(); at++) {
            int place = at;
            Path copy = copied(journal, directory.resolve("damage" + at));
            change(copy, bytes -> bytes[(int) before + place] ^= 0x55);

            assertThat(abandoned(copy)).containsExactly("first", "third");
            assertThat(Abandoned.setAside(copy.getParent())).hasSize(1);
            assertThat(Abandoned.in(copy.getParent())).isEmpty();
        }
    }

    @Test
    void a_damaged_end_of_a_segment_that_is_not_the_last_is_damage() throws IOException {
        Journal journal = journal(MUCH, 60);
        append(journal, "first");
        append(journal, "second");
        Path copy = copied(journal);
        Path segment = segments(copy).getFirst();
        Files.write(segment, Arrays.copyOf(Files.readAllBytes(segment), (int) Files.size(segment) - 1));

        assertThat(abandoned(copy)).containsExactly("second");
        assertThat(Abandoned.setAside(copy.getParent())).hasSize(1);
    }

    @Test
    void a_segment_without_its_header_is_read_all_the_same() throws IOException {
        Journal journal = journal(MUCH, 60);
        append(journal, "first");
        append(journal, "second");
        Path copy = copied(journal);
        change(copy, bytes -> bytes[3] ^= 1);

        assertThat(abandoned(copy)).containsExactly("first", "second");
        assertThat(Abandoned.setAside(copy.getParent())).hasSize(1);
    }

    @Test
    void what_a_sender_wrote_to_look_like_a_record_is_none() throws IOException {
        Journal another = journal(MUCH, MUCH);
        append(another, "forged");
        byte[] file = Files.readAllBytes(segments(another.directory()).getFirst());
        byte[] record = Arrays.copyOfRange(file, Format.HEADER, file.length);
        Journal journal = journal(MUCH, MUCH);
        journal.append(PATIENCE, ByteBuffer.wrap(record), ByteBuffer.wrap(record));
        append(journal, "genuine");
        Path copy = copied(journal);
        change(copy, bytes -> bytes[Format.HEADER + 9] ^= 1);

        assertThat(abandoned(copy)).containsExactly("genuine");
    }

    @Test
    void a_full_journal_refuses_and_takes_again_when_it_was_read() {
        Journal journal = journal(400, MUCH);
        int taken = 0;
        String refusal = "";
        while (refusal.isEmpty()) {
            try {
                append(journal, "a text of some bytes");
                taken++;
            } catch (JournalException e) {
                refusal = e.getMessage();
            }
        }

        assertThat(refusal).contains("may not take more", "ingest.journal-max");
        assertThat(journal.bytes()).isBetween(300L, 400L);
        Batch batch = JournalReader.of(journal).next(Position.START, journal.durable(), 100, MUCH);
        assertThat(batch.entries()).hasSize(taken);
        journal.release(batch.end());
        assertThat(journal.bytes()).isZero();
        append(journal, "again");
        assertThat(texts(JournalReader.of(journal).next(batch.end(), journal.durable(), 100, MUCH)))
                .containsExactly("again");
    }

    @Test
    void a_directory_that_went_away_refuses_and_is_written_to_again_when_it_is_back() throws IOException {
        Journal journal = journal(MUCH, 60);
        append(journal, "first");
        Path elsewhere = journal.directory().resolveSibling("elsewhere");
        Files.move(journal.directory(), elsewhere);

        assertThatThrownBy(() -> append(journal, "second"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("could not be written");

        Files.move(elsewhere, journal.directory());
        append(journal, "third");
        assertThat(abandoned(copied(journal))).containsExactly("first", "third");
    }

    @Test
    void many_threads_append_at_once_and_nothing_is_lost() throws Exception {
        Journal journal = journal(MUCH, 4_000);
        Set<String> texts = new HashSet<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 1_600; i++) {
                String text = "text " + i;
                texts.add(text);
                calls.add(callers.submit(() -> append(journal, text)));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }

        assertThat(abandoned(copied(journal))).hasSize(1_600).containsExactlyInAnyOrderElementsOf(texts);
    }

    @Test
    void a_journal_of_a_host_that_lives_is_left_to_it_until_it_is_closed() {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "a");

        assertThat(Abandoned.claim(journal.directory(), INSTALLATION)).isEmpty();

        journal.close();
        assertThat(abandoned(journal.directory())).containsExactly("a");
    }

    @Test
    void a_journal_in_which_nothing_is_leaves_no_files() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "a");
        journal.release(journal.durable());
        journal.close();

        try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void a_journal_of_another_installation_is_refused_with_a_sentence() {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "a");
        journal.close();

        assertThatThrownBy(() -> Abandoned.claim(journal.directory(), UUID.randomUUID()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("another installation");
        assertThat(abandoned(journal.directory())).containsExactly("a");
    }

    @Test
    void a_journal_of_a_newer_version_is_refused_with_a_sentence() throws IOException {
        Journal journal = journal(MUCH, MUCH);
        append(journal, "a");
        Path copy = copied(journal);
        change(copy, bytes -> {
            ByteBuffer header = ByteBuffer.wrap(bytes);
            header.putInt(8, Format.VERSION + 1);
            var checksum = new CRC32C();
            checksum.update(bytes, 0, Format.HEADER - Integer.BYTES);
            header.putInt(Format.HEADER - Integer.BYTES, (int) checksum.getValue());
        });

        assertThatThrownBy(() -> Abandoned.claim(copy, INSTALLATION))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("another version");
    }

    @Test
    void journals_are_read_in_the_order_in_which_they_were_begun() {
        List<Path> begun = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long millisecond = System.currentTimeMillis();
            while (System.currentTimeMillis() == millisecond) {
                Thread.onSpinWait();
            }
            Journal journal = journal(MUCH, MUCH);
            append(journal, "a");
            begun.add(journal.directory());
        }

        assertThat(Abandoned.in(directory.resolve("journal"))).isEqualTo(begun);
    }

    private Journal journal(long most, long segmentBytes) {
        Journal journal = Journal.begin(
                directory.resolve("journal"), INSTALLATION, most, segmentBytes, () -> 0, new BackgroundTasks());
        open.add(journal);
        return journal;
    }

    private static void append(Journal journal, String text) {
        journal.append(PATIENCE, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What is on the disk when the process is killed: everything but the lock. */
    private Path copied(Journal journal) throws IOException {
        return copied(journal, directory.resolve("copy"));
    }

    private static Path copied(Journal journal, Path to) throws IOException {
        Path copy = to.resolve(journal.id().toString());
        Files.createDirectories(copy);
        for (Path segment : segments(journal.directory())) {
            Files.copy(segment, copy.resolve(segment.getFileName()));
        }
        return copy;
    }

    private interface Change {
        void on(byte[] bytes);
    }

    private static void change(Path journal, Change change) throws IOException {
        Path segment = segments(journal).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        change.on(bytes);
        Files.write(segment, bytes);
    }

    /** Reads all that a host left, and deletes it. */
    private static List<String> abandoned(Path path) {
        try (Abandoned abandoned = Abandoned.claim(path, INSTALLATION).orElseThrow()) {
            Batch batch = abandoned.reader().next(Position.START, END, Integer.MAX_VALUE, MUCH);
            assertThat(batch.isLast()).isTrue();
            abandoned.release(batch.end(), true);
            return texts(batch);
        }
    }

    private static List<String> texts(Batch batch) {
        return batch.entries().stream()
                .map(entry -> StandardCharsets.UTF_8.decode(entry.content()).toString())
                .toList();
    }

    private static List<Path> segments(Path journal) {
        try {
            return List.copyOf(Segments.in(journal).values());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

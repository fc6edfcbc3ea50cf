package dev.webhookdb.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.DatabaseException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many write with one commit, and none suffers from another. */
class GroupCommitTest {
    private final BackgroundTasks tasks = new BackgroundTasks();
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();

    @Test
    void what_comes_while_a_commit_runs_is_written_with_the_next_one_and_each_gets_its_own_result() throws Exception {
        CountDownLatch gathered = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (GroupCommit<Integer, String> group = group(batch -> {
                    begun.countDown();
                    awaitQuietly(gathered);
                    return batch.stream().map(String::valueOf).toList();
                });
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all = new ArrayList<>();
            all.add(threads.submit(() -> group.write(0)));
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            CountDownLatch handedOver = new CountDownLatch(50);
            for (int i = 1; i <= 50; i++) {
                int one = i;
                all.add(threads.submit(() -> {
                    handedOver.countDown();
                    return group.write(one);
                }));
            }
            assertThat(handedOver.await(20, TimeUnit.SECONDS)).isTrue();
            gathered.countDown();
            for (int i = 0; i <= 50; i++) {
                assertThat(all.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(String.valueOf(i));
            }
        }

        assertThat(sizes.size()).isLessThan(50);
        assertThat(sizes).allMatch(size -> size <= 20);
    }

    @Test
    void one_that_cannot_be_written_does_not_keep_the_others_back() throws Exception {
        try (GroupCommit<Integer, String> group = group(batch -> {
                    if (batch.contains(7)) {
                        throw new DatabaseException(Kind.DATA, "Seven is refused.");
                    }
                    return batch.stream().map(String::valueOf).toList();
                });
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int one = i;
                all.add(threads.submit(() -> group.write(one)));
            }
            for (int i = 0; i < 20; i++) {
                Future<String> one = all.get(i);
                if (i == 7) {
                    assertThatThrownBy(one::get)
                            .isInstanceOf(ExecutionException.class)
                            .hasCauseInstanceOf(DatabaseException.class);
                } else {
                    assertThat(one.get()).isEqualTo(String.valueOf(i));
                }
            }
        }
    }

    @Test
    void a_database_that_is_away_is_not_asked_for_each() {
        try (GroupCommit<Integer, String> group = group(batch -> {
            throw new DatabaseException(Kind.UNAVAILABLE, "It is away.");
        })) {
            assertThatThrownBy(() -> group.write(1))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("It is away.");
        }
        assertThat(sizes).containsExactly(1);
    }

    @Test
    void what_is_handed_over_after_the_end_is_written_all_the_same() {
        GroupCommit<Integer, String> group = group(batch -> List.of("written"));
        group.close();

        assertThat(group.write(1)).isEqualTo("written");
    }

    private GroupCommit<Integer, String> group(Function<List<Integer>, List<String>> commit) {
        return new GroupCommit<>(
                "test",
                20,
                batch -> {
                    sizes.add(batch.size());
                    return commit.apply(batch);
                },
                tasks);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Processor seconds used so far by the host, by PostgreSQL and by this process: who a figure was limited by. Linux only. */
record Cpu(double host, double postgres, double load) {
    private static final double TICKS_PER_SECOND = 100;

    static Cpu now(long hostPid) {
        double postgres = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(one -> one.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                postgres += name(process).equals("postgres") ? seconds(process) : 0;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Cpu(
                seconds(proc(hostPid)),
                postgres,
                seconds(proc(ProcessHandle.current().pid())));
    }

    String since(Cpu before) {
        return String.format(
                Locale.ROOT,
                "host %.1f s, postgres %.1f s, load generator %.1f s",
                host - before.host,
                postgres - before.postgres,
                load - before.load);
    }

    private static Path proc(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "gone";
        }
    }

    /** The fields after the name: 14 and 15 of proc(5) are ticks in user and kernel mode. */
    private static double seconds(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0;
        }
    }
}

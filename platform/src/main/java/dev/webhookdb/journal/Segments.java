package dev.webhookdb.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files of one journal. */
final class Segments {
    static final String LOCK = "lock";
    private static final String ENDING = ".log";
    private static final String DAMAGED = ".damaged";
    private static final Pattern NAME = Pattern.compile("\\d{8}\\.log");

    private Segments() {}

    static Path of(Path directory, int segment) {
        return directory.resolve(String.format(Locale.ROOT, "%08d", segment) + ENDING);
    }

    /** Under which name a segment stays of which something could not be read or stored. */
    static Path aside(Path segment) {
        return segment.resolveSibling(segment.getFileName() + DAMAGED);
    }

    static boolean isAside(Path path) {
        return path.toString().endsWith(ENDING + DAMAGED);
    }

    /** Returns the segments of a journal by their numbers, in order. */
    static NavigableMap<Integer, Path> in(Path directory) throws IOException {
        NavigableMap<Integer, Path> segments = new TreeMap<>();
        for (Path path : files(directory)) {
            String name = path.getFileName().toString();
            if (NAME.matcher(name).matches()) {
                segments.put(Integer.parseInt(name.substring(0, name.length() - ENDING.length())), path);
            }
        }
        return segments;
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}

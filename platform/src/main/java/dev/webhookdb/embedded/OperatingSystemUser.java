package dev.webhookdb.embedded;

import dev.webhookdb.sql.DatabaseException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * As whom PostgreSQL's programs run: they refuse to run as root, and a container's first user is root.
 *
 * <p>As root there are two ways. In a user namespace of its own a process is nobody there and keeps its access to
 * root's files here; many containers forbid that. Otherwise the files are given to an unprivileged account, and the
 * programs run as it. Files that once belong to an account stay with it.
 *
 * @param prefix the words in front of a program's own
 * @param owner the user and group that need to own the files, absent when their owner is right already
 */
record OperatingSystemUser(List<String> prefix, Optional<Owner> owner) {
    private static final int ROOT = 0;

    record Owner(String name, int user, int group) {}

    /** The first way that works here. */
    static OperatingSystemUser choose(Path home, Path program) {
        if (number(Path.of("/proc/self"), "unix:uid").orElse(superuserByName() ? ROOT : 1) != ROOT) {
            return new OperatingSystemUser(List.of(), Optional.empty());
        }
        List<OperatingSystemUser> ways = ways(
                number(home, "unix:uid").orElse(ROOT), number(home, "unix:gid").orElse(ROOT));
        for (OperatingSystemUser way : ways) {
            if (way.works(program)) {
                return way;
            }
        }
        throw new DatabaseException(DatabaseException.Kind.OTHER, """
                PostgreSQL does not run as root, and no other way is open here: it gets no user namespace of \
                its own, and %s cannot reach %s. Run webhookdb as another user, set data-dir to a directory that every user may enter, \
                or configure database.url.""".formatted(names(ways), home));
    }

    /** Gives files to the account, recursively; nothing to do when root's own are right. */
    void give(Path files) throws IOException {
        if (owner.isEmpty()) {
            return;
        }
        Owner to = owner.get();
        Files.walkFileTree(files, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                return visitFile(directory, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(file, "unix:gid", to.group(), LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:uid", to.user(), LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static List<OperatingSystemUser> ways(int userOfFiles, int groupOfFiles) {
        if (userOfFiles != ROOT) {
            return List.of(switchedTo(new Owner(Integer.toString(userOfFiles), userOfFiles, groupOfFiles)));
        }
        List<OperatingSystemUser> ways = new ArrayList<>();
        ways.add(new OperatingSystemUser(List.of("unshare", "--user"), Optional.empty()));
        for (Owner account : accounts()) {
            ways.add(switchedTo(account));
            ways.add(new OperatingSystemUser(List.of("runuser", "-u", account.name(), "--"), Optional.of(account)));
        }
        return ways;
    }

    private static OperatingSystemUser switchedTo(Owner account) {
        return new OperatingSystemUser(
                List.of("setpriv", "--reuid=" + account.user(), "--regid=" + account.group(), "--clear-groups"),
                Optional.of(account));
    }

    /** Not root any more, and able to reach the program. */
    private boolean works(Path program) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", "test \"$(id -u)\" != 0 && exec \"$0\" --version", program.toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException failure) {
            return false;
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The accounts made for this, in the order of preference. */
    private static List<Owner> accounts() {
        List<Owner> accounts = new ArrayList<>();
        for (String name : List.of("webhookdb", "postgres", "nobody")) {
            account(name).ifPresent(accounts::add);
        }
        return accounts;
    }

    private static Optional<Owner> account(String name) {
        try {
            return Files.readAllLines(Path.of("/etc/passwd")).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 3 && fields[0].equals(name))
                    .map(fields -> new Owner(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .findFirst();
        } catch (IOException | NumberFormatException failure) {
            return Optional.empty();
        }
    }

    private static OptionalInt number(Path file, String attribute) {
        try {
            return OptionalInt.of((Integer) Files.getAttribute(file, attribute));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException failure) {
            return OptionalInt.empty();
        }
    }

    private static boolean superuserByName() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String names(List<OperatingSystemUser> ways) {
        List<String> names = ways.stream()
                .flatMap(way -> way.owner().stream())
                .map(owner -> "\"" + owner.name() + "\"")
                .distinct()
                .toList();
        return names.isEmpty() ? "no unprivileged account" : String.join(" or ", names);
    }
}

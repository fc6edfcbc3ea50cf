import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Completes the staged distribution: a Java runtime of its own, the client's manual page and completions, and for a fast start a cache of
 * the client's classes and a list of the server's.
 *
 * <p>A JVM may refuse a cache when the files it was made from have another size or time, so all files get the time that they have in the
 * tarball before the first cache is made. Where the tarball is unpacked does not matter.
 *
 * <p>Usage: {@code java Image.java STAGED TIMESTAMP MODULE,MODULE…}
 */
final class Image {
    /** What the client writes about itself, and where shells and man look for it below the prefix of an installation. */
    private static final Map<String, List<String>> WRITTEN = Map.of(
            "share/man/man1/webhookdb.1", List.of("docs", "--format", "man"),
            "share/bash-completion/completions/webhookdb", List.of("completion", "bash"),
            "share/zsh/site-functions/_webhookdb", List.of("completion", "zsh"),
            "share/fish/vendor_completions.d/webhookdb.fish", List.of("completion", "fish"));

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        FileTime time = FileTime.from(Instant.parse(args[1]));
        writeLicences(home);
        link(home.resolve("runtime"), args[2]);
        ClassFileUpgrade.ofDirectory(home.resolve("lib/cli"));
        for (String program : List.of("cli", "server")) {
            Files.writeString(home.resolve("lib/" + program + ".id"), digest(home.resolve("lib/" + program)) + "\n");
        }
        touch(home, time);
        Path java = home.resolve("runtime/bin/java");
        run(List.of(java.toString(), "-Xshare:dump", "-Xlog:disable"));
        for (String file : WRITTEN.keySet()) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.writeString(home.resolve(file), run(client(java, home, WRITTEN.get(file))));
        }
        train(home);
        writeServerClasses(home);
        touch(home, time);
    }

    /** The licence of each library, from the bill of materials, which stays for programs as JSON. */
    private static void writeLicences(Path home) throws Exception {
        Path bill = home.resolve("sbom.xml");
        if (Files.notExists(bill)) {
            System.err.println(
                    "Maven works offline, where it makes no bill of materials: the tarball lacks it, and THIRD-PARTY.txt.");
            return;
        }
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(bill.toFile());
        // not the tools that made the bill, which come first
        Element components =
                children(document.getDocumentElement(), "components").getFirst();
        SortedSet<String> lines = new TreeSet<>();
        for (Element component : children(components, "component")) {
            String group = texts(component, "group").getFirst();
            if (!group.startsWith("dev.webhookdb")) {
                List<String> licences = new ArrayList<>(texts(component, "id"));
                licences.addAll(texts(
                        (Element) component.getElementsByTagName("licenses").item(0), "name"));
                licences.addAll(texts(component, "expression"));
                lines.add("%s:%s:%s  %s"
                        .formatted(
                                group,
                                texts(component, "name").getFirst(),
                                texts(component, "version").getFirst(),
                                String.join(", or ", licences)));
            }
        }
        Files.writeString(
                home.resolve("THIRD-PARTY.txt"),
                "The libraries that come along, and their licences. sbom.json says more; the licences of Java are in runtime/legal/.\n\n"
                        + String.join("\n", lines) + "\n");
        Files.delete(bill);
    }

    private static List<Element> children(Element parent, String tag) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getTagName().equals(tag)) {
                children.add(element);
            }
        }
        return children;
    }

    private static List<String> texts(Element element, String tag) {
        List<String> texts = new ArrayList<>();
        if (element != null) {
            var found = element.getElementsByTagName(tag);
            for (int i = 0; i < found.getLength(); i++) {
                texts.add(found.item(i).getTextContent().strip());
            }
        }
        return texts;
    }

    private static void link(Path runtime, String modules) throws IOException {
        delete(runtime);
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("This JDK has no jlink. Build with a complete JDK 25."));
        int status = jlink.run(
                System.out,
                System.err,
                "--add-modules",
                modules,
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                // half the size, of the container image too, for 0.2 s at the start of the server
                "--compress",
                "zip-1",
                "--output",
                runtime.toString());
        if (status != 0) {
            throw new IllegalStateException("jlink failed with status " + status);
        }
    }

    /** What is different as soon as a JAR is. */
    private static String digest(Path directory) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> jars = Files.list(directory)) {
            for (Path jar : jars.sorted().toList()) {
                digest.update(Files.readAllBytes(jar));
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** As the client itself does when this cache does not fit any more. */
    private static void train(Path home) throws IOException, InterruptedException {
        Path cache = home.resolve("lib/cli.aot");
        run(List.of("sh", home.resolve("bin/webhookdb").toString(), "train", "cli", cache.toString()));
        if (!Files.exists(cache)) {
            throw new IllegalStateException("The training wrote no cache: see bin/webhookdb.");
        }
    }

    /** Not the usual one: a server may be about to use that, or another build. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Writes down which classes the server loads while the demo uses all that it does. The cache itself would make the tarball and the
     * container image too large, and is made of this list where the server runs.
     */
    private static void writeServerClasses(Path home) throws IOException, InterruptedException {
        // another account, which the server's PostgreSQL may need, has to get into it
        Path data = Files.createTempDirectory("webhookdb-image");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path written = data.resolve("server.classes");
        try {
            run(
                    Map.of("WEBHOOKDB_JAVA_OPTS", "-XX:DumpLoadedClassList=" + written, "WEBHOOKDB_START_CACHE", "off"),
                    List.of(
                            "sh",
                            home.resolve("bin/webhookdb").toString(),
                            "demo",
                            "--once",
                            "--seed",
                            "1",
                            "--port",
                            Integer.toString(freePort()),
                            "--data-dir",
                            data.resolve("data").toString()));
            try (Stream<String> lines = Files.lines(written)) {
                // connectors and destinations have class loaders of their own, whose classes a cache cannot hold
                // everywhere
                List<String> classes =
                        lines.filter(line -> !line.contains(" source: ")).toList();
                Files.write(home.resolve("lib/server.classes"), classes);
            }
        } finally {
            delete(data);
        }
    }

    private static List<String> client(Path java, Path home, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                classPath(home.resolve("lib/cli")),
                "dev.webhookdb.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    /** The class path in the order in which bin/webhookdb writes it. */
    private static String classPath(Path directory) throws IOException {
        try (Stream<Path> jars = Files.list(directory)) {
            return jars.map(Path::toString).sorted().collect(Collectors.joining(":"));
        }
    }

    /** Runs a command, and gives what it printed. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private static String run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " ended with " + process.exitValue() + ": " + output);
        }
        return output;
    }

    private static void touch(Path root, FileTime time) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> touchOne(file, time));
        }
    }

    private static void touchOne(Path file, FileTime time) {
        try {
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}

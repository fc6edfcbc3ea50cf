package dev.webhookdb.connector;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Opens JARs, and says of those that cannot be opened why. */
final class JarFiles {
    private static final String COPY_AGAIN = "Copy or download it again.";
    private static final int FIRST_BYTES_OF_A_ZIP = 0x504B0304;

    private JarFiles() {}

    /** What is made of a JAR that was opened, and closes it. */
    interface Reading<T> {
        T of(JarFile jar) throws IOException;
    }

    static boolean isClassOfSpi(String name) {
        return name.startsWith("dev/webhookdb/spi/") && name.endsWith(".class");
    }

    /** Opens a JAR, with the files for this Java if it is of several releases, and refuses one that is none. */
    static <T> T read(PluginKind<?> kind, Path file, Reading<T> reading) throws LoadProblem {
        try {
            return reading.of(new JarFile(file.toFile(), false, ZipFile.OPEN_READ, Runtime.version()));
        } catch (ZipException e) {
            throw damaged(kind, file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IllegalArgumentException e) {
            throw new LoadProblem("%s is damaged: %s.".formatted(file.getFileName(), e.getMessage()), COPY_AGAIN);
        }
    }

    static Attributes manifestOf(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        return manifest == null ? new Attributes() : manifest.getMainAttributes();
    }

    /** @throws ZipException if they are not what was packed */
    static byte[] contents(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            var checksum = new CRC32();
            checksum.update(bytes);
            if (entry.getCrc() >= 0 && checksum.getValue() != entry.getCrc()) {
                throw new ZipException("the checksum of %s is wrong".formatted(entry.getName()));
            }
            return bytes;
        }
    }

    private static LoadProblem damaged(PluginKind<?> kind, Path file, ZipException why) {
        Path name = file.getFileName();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(4);
            if (start.length == 0) {
                return new LoadProblem("%s is empty.".formatted(name), COPY_AGAIN);
            }
            return looksLikeZip(start)
                    ? new LoadProblem("%s is truncated or damaged: %s.".formatted(name, why.getMessage()), COPY_AGAIN)
                    : new LoadProblem(
                            "%s is not a JAR: it is no ZIP file.".formatted(name),
                            "Put a %s's JAR there.".formatted(kind.noun()));
        } catch (IOException e) {
            return unreadable(file, e);
        }
    }

    private static boolean looksLikeZip(byte[] start) {
        return start.length == 4 && new BigInteger(start).intValue() == FIRST_BYTES_OF_A_ZIP;
    }

    static LoadProblem unreadable(Path file, IOException why) {
        Path name = file.getFileName();
        if (!Files.exists(file)) {
            return new LoadProblem(
                    "%s does not exist.".formatted(name), "Check the path; a symbolic link must lead to a file.");
        }
        String remedy = "Let the user who runs the host read it.";
        return Files.isReadable(file)
                ? new LoadProblem("%s cannot be read: %s.".formatted(name, why.getMessage()), remedy)
                : new LoadProblem("The host may not read %s.".formatted(name), remedy);
    }
}

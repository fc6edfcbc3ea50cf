package dev.webhookdb.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether everybody on this machine can read files that hold secrets. */
final class SecretFilesCheck {
    static final String NAME = "secret_files";

    /** Where container platforms mount secrets, readable within the container as they like. */
    private static final Path MOUNTED = Path.of("/run/secrets");

    private final List<Path> files;

    /** @param files those that are not there are left out */
    SecretFilesCheck(List<Path> files) {
        this.files = List.copyOf(files);
    }

    List<Finding> examine() throws IOException {
        Findings findings = new Findings(NAME);
        int looked = 0;
        for (Path file : files) {
            Path absolute = file.toAbsolutePath();
            if (!Files.exists(absolute) || absolute.startsWith(MOUNTED)) {
                continue;
            }
            looked++;
            if (isOpen(absolute)) {
                findings.warning(
                        "Every user of this machine can read %s, which holds secrets.".formatted(absolute),
                        "Let only the server's user read it: chmod o= %s".formatted(absolute));
            }
        }
        return findings.orOk(
                looked == 0
                        ? "No secrets are in files yet."
                        : "Nobody but its owner and group reads %s."
                                .formatted(Findings.count(looked, "file with secrets", "files with secrets")));
    }

    /** A directory that others may not enter closes what is in it. */
    private static boolean isOpen(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        if (!permissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            return false;
        }
        for (Optional<Path> above = parent(file.toRealPath()); above.isPresent(); above = parent(above.get())) {
            if (!permissions(above.get()).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Path> parent(Path path) {
        return Optional.ofNullable(path.getParent());
    }

    private static Set<PosixFilePermission> permissions(Path path) throws IOException {
        return Files.getPosixFilePermissions(path);
    }
}

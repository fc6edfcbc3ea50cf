package dev.webhookdb.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** Standard output, which knows whether all of it was written. {@link System#out} keeps that to itself. */
final class StandardOutput extends OutputStream {
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private Optional<IOException> failure = Optional.empty();

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        try {
            out.write(octets, offset, length);
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /** Why not all was written; a reader that has seen enough, like {@code head}, is no failure. */
    Optional<Failure> failure() {
        return failure.map(e -> String.valueOf(e.getMessage()))
                .filter(message -> !message.toLowerCase(Locale.ROOT).contains("broken pipe"))
                .map(message -> Failure.ofServer("The output could not be written: " + message + "."));
    }
}

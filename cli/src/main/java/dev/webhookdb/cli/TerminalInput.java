package dev.webhookdb.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A person at the terminal, who is asked there even when standard output goes into a file. {@link java.io.Console} would not do that.
 *
 * <p>What is typed is hidden with {@code stty}, which is put right again also when Ctrl-C ends the process.
 */
final class TerminalInput implements Input {
    private static final File DEVICE = new File("/dev/tty");

    private final BufferedReader in;
    private final PrintStream out;

    private TerminalInput(BufferedReader in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    /** Opens the process's terminal; nothing if it has none. */
    static Optional<Input> open() {
        Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
        try {
            return Optional.of(new TerminalInput(
                    new BufferedReader(new InputStreamReader(new FileInputStream(DEVICE), charset)),
                    new PrintStream(new FileOutputStream(DEVICE), true, charset)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isPerson() {
        return true;
    }

    @Override
    public Optional<String> ask(String prompt, boolean hidden) {
        return hidden ? askHidden(prompt) : read(prompt);
    }

    /** Standard input is not always the terminal that questions are asked on. */
    @Override
    public String rest() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many characters fit into a line of the terminal; as many as one likes if it does not tell. */
    static int columns() {
        try {
            Process stty = stty("size");
            String[] size = new String(stty.getInputStream().readAllBytes(), Charset.defaultCharset())
                    .strip()
                    .split(" ", -1);
            int columns = stty.waitFor() == 0 && size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns > 0 ? columns : Integer.MAX_VALUE;
        } catch (IOException | NumberFormatException e) {
            return Integer.MAX_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Integer.MAX_VALUE;
        }
    }

    /** Hides before it asks: what is typed at once must not be seen either. */
    private Optional<String> askHidden(String prompt) {
        Thread whenInterrupted = Thread.ofPlatform().unstarted(this::show);
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
        hide();
        try {
            return read(prompt);
        } finally {
            show();
            Runtime.getRuntime().removeShutdownHook(whenInterrupted);
        }
    }

    private Optional<String> read(String prompt) {
        out.print(Text.printable(prompt) + (prompt.endsWith(" ") ? "" : " "));
        out.flush();
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hide() {
        if (!set("-echo")) {
            throw Failure.ofUsage("The terminal cannot hide what is typed, because stty does not work here."
                    + " Give the answer with an option that takes it from a file or the environment.");
        }
    }

    private void show() {
        set("echo");
        out.println();
    }

    private static boolean set(String mode) {
        try {
            return stty(mode).waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Process stty(String argument) throws IOException {
        return new ProcessBuilder("stty", argument).redirectInput(DEVICE).start();
    }
}

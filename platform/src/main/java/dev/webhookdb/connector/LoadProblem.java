package dev.webhookdb.connector;

import java.nio.file.Path;

/** Why a connector or destination cannot be used, and what to do about it. Both are sentences, safe to print to a terminal. */
final class LoadProblem extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 600;

    private final String remedy;

    LoadProblem(String problem, String remedy) {
        super(printable(problem));
        this.remedy = printable(remedy);
    }

    String remedy() {
        return remedy;
    }

    Installed.Refused at(Path path) {
        return new Installed.Refused(path, getMessage(), remedy);
    }

    InstalledDestination.Refused ofDestination(Path path) {
        return new InstalledDestination.Refused(path, getMessage(), remedy);
    }

    /** Exceptions and manifests of strangers end up in these sentences: no line breaks, no escape sequences, no novels. */
    private static String printable(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}

package dev.webhookdb.connector;

import java.lang.reflect.InvocationTargetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what an error that a connector or destination threw means to the person who installed it.
 *
 * @param kind which of the two it is
 */
record Diagnosis(PluginKind<?> kind) {
    private static final Pattern CLASS_FILE_VERSION = Pattern.compile("class file version (\\d+)");
    /** The class file version of Java 1.0, less one. */
    private static final int BEFORE_JAVA_1 = 44;

    LoadProblem of(Throwable thrown) {
        return switch (thrown) {
            case InvocationTargetException e when e.getCause() != null -> of(e.getCause());
            case IllegalArgumentException e
            when isThrownBySpi(e) ->
                new LoadProblem("Its declaration is invalid: %s.".formatted(e.getMessage()), kind.tellTheAuthor());
            case ExceptionInInitializerError e -> ofStaticInitializer(e);
            case LinkageError e -> ofLinkage(e);
            case StackOverflowError e ->
                new LoadProblem("It recursed without end while loading (StackOverflowError).", kind.tellTheAuthor());
            case OutOfMemoryError e ->
                new LoadProblem(
                        "The host ran out of memory while loading it: %s.".formatted(e.getMessage()),
                        "Give the host more memory (-Xmx), or report it to the %s's author.".formatted(kind.noun()));
            default -> new LoadProblem("It failed while loading: %s.".formatted(thrown), kind.tellTheAuthor());
        };
    }

    private static boolean isThrownBySpi(IllegalArgumentException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith("dev.webhookdb.spi.");
    }

    private LoadProblem ofStaticInitializer(ExceptionInInitializerError e) {
        return switch (e.getCause()) {
            case IllegalArgumentException cause when isThrownBySpi(cause) -> of(cause);
            case null -> new LoadProblem("A static initializer failed.", kind.tellTheAuthor());
            default ->
                new LoadProblem("A static initializer failed: %s.".formatted(e.getCause()), kind.tellTheAuthor());
        };
    }

    /** Also used for errors in later calls: the JVM links a class when it is first used, not when it is loaded. */
    LoadProblem ofLinkage(LinkageError error) {
        String message = String.valueOf(error.getMessage());
        return switch (error) {
            case ExceptionInInitializerError e -> ofStaticInitializer(e);
            case UnsupportedClassVersionError e ->
                new LoadProblem(
                        "It was compiled for Java %s; this host runs on Java %d."
                                .formatted(
                                        javaVersion(message), Runtime.version().feature()),
                        "Run the host on that Java, or compile the %s with --release 21.".formatted(kind.noun()));
            case ClassFormatError e ->
                new LoadProblem("A class is damaged: %s.".formatted(message), kind.tellTheAuthor());
            case NoClassDefFoundError e
            when message.startsWith("Could not initialize class") ->
                new LoadProblem("A static initializer failed: %s.".formatted(message), kind.tellTheAuthor());
            case NoClassDefFoundError e -> ofMissingClass(message.replace('/', '.'));
            case IncompatibleClassChangeError e
            when message.contains("dev.webhookdb.spi.") ->
                new LoadProblem(
                        "It uses %s, which SPI %s does not have.".formatted(message, SpiVersion.OFFERED), rebuild());
            case IncompatibleClassChangeError e ->
                new LoadProblem(
                        "Two of its libraries do not fit together: %s.".formatted(e),
                        "Package the versions of the libraries that the %s was compiled with.".formatted(kind.noun()));
            default -> new LoadProblem("Its classes do not fit together: %s.".formatted(error), kind.tellTheAuthor());
        };
    }

    private LoadProblem ofMissingClass(String name) {
        if (name.startsWith("dev.webhookdb.spi.")) {
            return new LoadProblem(
                    "It uses %s, which SPI %s does not have.".formatted(name, SpiVersion.OFFERED), rebuild());
        }
        if (name.startsWith("dev.webhookdb.")) {
            return new LoadProblem(
                    "It uses the class %s, which it does not bring along; the host's own classes are hidden from %ss."
                            .formatted(name, kind.noun()),
                    "Use nothing of the host but the package dev.webhookdb.spi.");
        }
        return new LoadProblem(
                "It needs the class %s, which it does not bring along; the host's libraries are hidden from %ss."
                        .formatted(name, kind.noun()),
                "Put the %s's JAR and the JARs of its libraries into one folder, %sNAME/."
                        .formatted(kind.noun(), kind.directory()));
    }

    private String rebuild() {
        return "Build the %s against SPI %s.".formatted(kind.noun(), SpiVersion.OFFERED);
    }

    private static String javaVersion(String message) {
        Matcher version = CLASS_FILE_VERSION.matcher(message);
        return version.find() ? String.valueOf(Integer.parseInt(version.group(1)) - BEFORE_JAVA_1) : "a newer version";
    }
}

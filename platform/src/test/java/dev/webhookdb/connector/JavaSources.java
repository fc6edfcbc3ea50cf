package dev.webhookdb.connector;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java sources in memory. */
final class JavaSources {
    private JavaSources() {}

    /** Returns where a class of the test's class path lies, to compile against it. */
    static Path homeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Compiles sources by class name.
     *
     * @param precompiled classes that are visible to the compiler before those of the class path
     * @return the class files, by their names in a JAR
     */
    static Map<String, byte[]> compile(
            Map<String, String> sources, Map<String, byte[]> precompiled, List<Path> classPath) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        var files = new InMemory(compiler.getStandardFileManager(problems, null, null), precompiled);
        List<JavaFileObject> units = sources.entrySet().stream()
                .<JavaFileObject>map(source -> new Source(source.getKey(), source.getValue()))
                .toList();
        String path = classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        var options = List.of("-classpath", path, "-proc:none", "-implicit:none");
        if (!compiler.getTask(null, files, problems, options, null, units).call()) {
            throw new IllegalArgumentException(problems.getDiagnostics().toString());
        }
        return files.compiled();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("source:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class ClassFile extends SimpleJavaFileObject {
        private final String className;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ClassFile(String className) {
            super(URI.create("class:///" + className.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
            this.className = className;
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }

        @Override
        public java.io.InputStream openInputStream() {
            return new java.io.ByteArrayInputStream(bytes.toByteArray());
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final List<ClassFile> written = new ArrayList<>();
        private final List<ClassFile> given;

        InMemory(JavaFileManager files, Map<String, byte[]> precompiled) {
            super(files);
            this.given = precompiled.entrySet().stream()
                    .map(entry -> given(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private static ClassFile given(String entry, byte[] contents) {
            var file = new ClassFile(entry.replaceFirst("\\.class$", "").replace('/', '.'));
            try {
                file.openOutputStream().write(contents);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return file;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            var file = new ClassFile(className);
            written.add(file);
            return file;
        }

        @Override
        public Iterable<JavaFileObject> list(
                Location location, String packageName, java.util.Set<JavaFileObject.Kind> kinds, boolean recurse)
                throws IOException {
            List<JavaFileObject> found = new ArrayList<>();
            super.list(location, packageName, kinds, recurse).forEach(found::add);
            if (location == javax.tools.StandardLocation.CLASS_PATH) {
                List<ClassFile> better = given.stream()
                        .filter(file -> file.className.startsWith(packageName + "."))
                        .filter(file -> file.className.lastIndexOf('.') == packageName.length())
                        .toList();
                found.removeIf(file -> better.stream()
                        .anyMatch(other -> other.className.equals(super.inferBinaryName(location, file))));
                found.addAll(better);
            }
            return found;
        }

        @Override
        public String inferBinaryName(Location location, JavaFileObject file) {
            return file instanceof ClassFile given ? given.className : super.inferBinaryName(location, file);
        }

        Map<String, byte[]> compiled() {
            return written.stream()
                    .collect(Collectors.toMap(
                            file -> file.className.replace('.', '/') + ".class",
                            file -> file.bytes.toByteArray(),
                            (one, other) -> other,
                            LinkedHashMap::new));
        }
    }

    static Map<String, byte[]> merged(Map<String, byte[]> one, Map<String, byte[]> other) {
        return Stream.of(one, other)
                .flatMap(map -> map.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, LinkedHashMap::new));
    }
}

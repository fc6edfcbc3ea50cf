import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Gives classes that were compiled for Java 5 the form that class files have had since Java 7, with types of the stack that a JVM checks
 * quickly. A cache of loaded classes leaves out all that have the older form: it would hold nothing of picocli, whose 170 classes would
 * be read and checked anew by each command, for about a third of the time that one takes.
 */
final class ClassFileUpgrade {
    /** The first version whose classes all have the newer form. */
    private static final int JAVA_7 = 51;

    private final ClassFile classFiles;

    private ClassFileUpgrade(ClassHierarchyResolver resolver) {
        // without a pool of constants of its own, a method's code would be copied as it is
        this.classFiles = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ConstantPoolSharingOption.NEW_POOL,
                ClassHierarchyResolverOption.of(resolver));
    }

    /** Upgrades the JARs of a directory that have such classes; the others stay as they are. */
    static void ofDirectory(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path jar : files.sorted().toList()) {
                if (isOld(jar)) {
                    ofJar(jar);
                }
            }
        }
    }

    private static boolean isOld(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : jar.stream().filter(ClassFileUpgrade::isClass).toList()) {
                if (isOld(ClassFile.of().parse(bytes(jar, entry)))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void ofJar(Path path) throws IOException {
        Path upgraded = path.resolveSibling(path.getFileName() + ".new");
        try (JarFile jar = new JarFile(path.toFile());
                URLClassLoader classes =
                        new URLClassLoader(new URL[] {path.toUri().toURL()});
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(upgraded))) {
            var upgrade = new ClassFileUpgrade(ClassHierarchyResolver.ofResourceParsing(classes));
            for (JarEntry entry : jar.stream().toList()) {
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(copy);
                byte[] bytes = bytes(jar, entry);
                out.write(isClass(entry) ? upgrade.ofClass(bytes) : bytes);
            }
        }
        Files.move(upgraded, path, StandardCopyOption.REPLACE_EXISTING);
    }

    private byte[] ofClass(byte[] bytes) {
        ClassModel model = classFiles.parse(bytes);
        return isOld(model)
                ? classFiles.transformClass(
                        model,
                        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                                .andThen(ClassTransform.endHandler(builder -> builder.withVersion(JAVA_7, 0))))
                : bytes;
    }

    private static boolean isOld(ClassModel model) {
        return model.majorVersion() < JAVA_7;
    }

    private static boolean isClass(JarEntry entry) {
        return entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
    }

    private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}

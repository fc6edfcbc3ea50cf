package dev.webhookdb.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * What Ctrl-C does for a while, in place of ending the process. Only {@code sun.misc.Signal} of the module jdk.unsupported can do that: a
 * shutdown hook does not learn of a second Ctrl-C. It is looked up, because compilers warn of it; where it is missing, Ctrl-C ends the
 * process as ever.
 */
final class CtrlC implements AutoCloseable {
    private final Optional<Object> before;

    private CtrlC(Optional<Object> before) {
        this.before = before;
    }

    /** Has Ctrl-C run something, each time in a thread of its own, until this is closed. */
    static CtrlC runs(Runnable action) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    CtrlC.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            return new CtrlC(Optional.of(handle(ours)));
        } catch (ReflectiveOperationException e) {
            return new CtrlC(Optional.empty());
        }
    }

    @Override
    public void close() {
        try {
            if (before.isPresent()) {
                handle(before.get());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("What Ctrl-C did before cannot be put back.", e);
        }
    }

    /** Returns the handler before. */
    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
        Object interrupt = signal.getConstructor(String.class).newInstance("INT");
        try {
            return handle.invoke(null, interrupt, handler);
        } catch (InvocationTargetException e) {
            // somebody started the JVM with -Xrs
            throw new ReflectiveOperationException(e);
        }
    }
}

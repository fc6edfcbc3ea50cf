package dev.webhookdb;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGHUP does, in place of ending the process. Only {@code sun.misc.Signal} of the module jdk.unsupported can do that; it is looked up,
 * because compilers warn of it.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** Has SIGHUP run something, each time in a thread of its own. */
    static void runs(Runnable action) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object ours = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
        } catch (InvocationTargetException e) {
            // somebody started the JVM with -Xrs, or ignores the signal, as nohup does
            LOG.debug("SIGHUP does what it ever does", e);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIGHUP cannot be handled by this Java: it ends the server", e);
        }
    }
}

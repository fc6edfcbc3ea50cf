package dev.webhookdb.sql;

/**
 * Marks work whose result somebody waits for, such as the answer to a request: for it, pools keep connections that nothing else gets.
 * Whatever is not marked is background work, and can wait.
 */
public final class Foreground {
    private static final ScopedValue<Boolean> HERE = ScopedValue.newInstance();

    private Foreground() {}

    /** Does the work in this thread, marked. Threads that it starts are not. */
    public static void run(Runnable work) {
        ScopedValue.where(HERE, true).run(work);
    }

    static boolean isHere() {
        return HERE.isBound();
    }
}

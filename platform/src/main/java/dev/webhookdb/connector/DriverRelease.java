package dev.webhookdb.connector;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * Takes drivers out of {@link DriverManager}, where they register themselves when their class is loaded, and which would keep them, and
 * all classes of their loader, for ever.
 *
 * <p>The manager lets nobody do so but code of the drivers' own loader. {@link PluginClassLoader#releaseDrivers} therefore defines this
 * class once more, in that loader, and runs it there. It must use no other class of the host.
 */
public final class DriverRelease implements Runnable {
    /** To look for drivers loads those that were not used before, which then register themselves as well. */
    private static final int LOOKS = 2;

    /** Called by reflection, from another loader. */
    public DriverRelease() {}

    /** @throws IllegalStateException if a driver cannot be taken out */
    @Override
    public void run() {
        for (int look = 0; look < LOOKS; look++) {
            List<Driver> drivers = DriverManager.drivers().toList();
            for (Driver driver : drivers) {
                release(driver);
            }
        }
    }

    private static void release(Driver driver) {
        if (!DriverRelease.class.getClassLoader().equals(driver.getClass().getClassLoader())) {
            return;
        }
        try {
            DriverManager.deregisterDriver(driver);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

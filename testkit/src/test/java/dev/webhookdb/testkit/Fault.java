package dev.webhookdb.testkit;

import dev.webhookdb.testkit.gadget.Gadget;

/** A connector that is broken in one place, and what the kit has to say about it. */
record Fault(String name, Gadget gadget, String complaint, String remedy) {
    @Override
    public String toString() {
        return name;
    }
}

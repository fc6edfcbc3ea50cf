package dev.webhookdb.integration;

/** Those who follow what happens to the rows of integrations. */
public interface Followers {
    /** Nobody. */
    Followers NONE = new Followers() {
        @Override
        public boolean want(Integration integration) {
            return false;
        }

        @Override
        public void changed(Integration integration) {
            // nobody is told
        }
    };

    /**
     * Returns whether somebody follows an integration's table; asked before it is made, so that he misses nothing of it. What he needs to
     * remember, he has written down when this returns.
     */
    boolean want(Integration integration);

    /** Tells that a table that is followed was written to, after the commit; must be quick. */
    void changed(Integration integration);
}

package dev.webhookdb.doctor;

import java.util.List;

/**
 * One check.
 *
 * @param name in snake case; programs know it
 * @param examiner looks, and changes nothing
 */
record Check(String name, Examiner examiner) {
    /** Looks at something. */
    interface Examiner {
        /**
         * Returns what there is to say, at least one sentence.
         *
         * @throws Exception with a sentence if it could not look
         */
        List<Finding> examine() throws Exception;
    }
}

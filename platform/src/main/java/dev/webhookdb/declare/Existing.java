package dev.webhookdb.declare;

import java.util.Map;

/**
 * One thing that there is.
 *
 * @param id tells it from others of its kind and organization
 * @param label what a file would call it that knows nothing better
 * @param attributes what is so of it, in the form of {@link Declaration#attributes}; what cannot be compared is missing
 */
record Existing(String id, String label, Map<String, Value> attributes) {}

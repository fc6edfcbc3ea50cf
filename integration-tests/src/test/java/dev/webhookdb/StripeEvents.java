package dev.webhookdb;

/** Bodies as Stripe sends them, cut down to what a test is about. */
public final class StripeEvents {
    private StripeEvents() {}

    /** An event about a charge. */
    public static String charge(String id, String status, long created, String event) {
        return event(event, "charge.updated", created, """
                {"id":"%s","object":"charge","amount":1250,"created":%d,"status":"%s","customer":"cus_1",\
                "billing_details":{"email":"a@b.co"},"payment_method_details":{"type":"card"}}""".formatted(id, created - 5, status));
    }

    /** An event about a customer. */
    public static String customer(String id, String type, String email, long created, String event) {
        return event(event, type, created, """
                {"id":"%s","object":"customer","created":%d,"email":"%s","balance":0}""".formatted(id, created - 5, email));
    }

    /** An event about any object. */
    public static String event(String id, String type, long created, String object) {
        return "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":%d,\"data\":{\"object\":%s}}"
                .formatted(id, type, created, object);
    }
}

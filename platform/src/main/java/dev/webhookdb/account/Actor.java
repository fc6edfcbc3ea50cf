package dev.webhookdb.account;

/** Who acts, and from where. */
public sealed interface Actor {
    /** Returns the network address the request came from. */
    String address();

    /** Returns how people call whoever acts; the audit log does. */
    String name();

    /** Somebody who is logged in. */
    record Person(Customer customer, String address) implements Actor {
        @Override
        public String name() {
            return customer.email();
        }
    }

    /** A program, in one organization. */
    record Token(ApiToken token, String address) implements Actor {
        @Override
        public String name() {
            return "token " + token.name();
        }
    }

    /** Whoever operates the installation: an admin of every organization, and a member of none. */
    record Operator(String address) implements Actor {
        @Override
        public String name() {
            return "operator";
        }
    }
}

package dev.webhookdb.api;

import java.util.List;
import java.util.Map;

/** A request that is answered with an error; the message is a sentence for the person who made it. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code of a parameter's value that cannot be right. */
    static final String INVALID = "validation_error";

    private final int status;
    private final String code;
    private final transient JsonObjectBuilder details;
    private final transient Map<String, String> headers;

    ApiException(int status, String code, String message) {
        this(status, code, message, new JsonObjectBuilder());
    }

    ApiException(int status, String code, String message, JsonObjectBuilder details) {
        this(status, code, message, details, Map.of());
    }

    ApiException(int status, String code, String message, JsonObjectBuilder details, Map<String, String> headers) {
        super(message);
        this.headers = headers;
        this.status = status;
        this.code = code;
        this.details = details;
    }

    /** A parameter has a value that cannot be right; in its conversation the command line client asks for it again. */
    static ApiException invalid(String parameter, String message) {
        return invalid(400, parameter, message);
    }

    /** The same with another status. */
    static ApiException invalid(int status, String parameter, String message) {
        return new ApiException(
                status,
                INVALID,
                message,
                new JsonObjectBuilder()
                        .with("field_errors", new JsonObjectBuilder().withTexts(parameter, List.of(message)))
                        .withTexts("errors", List.of(message)));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** Returns what the error's object holds besides its message, status and code. */
    JsonObjectBuilder details() {
        return details;
    }

    /** Returns headers of the answer. */
    Map<String, String> headers() {
        return headers;
    }
}

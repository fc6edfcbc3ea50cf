package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Twilio's messages over HTTP: https://www.twilio.com/docs/messaging/api/message-resource.
 *
 * <p>It serves {@code Messages.json}, newest first, with {@code PageSize}, {@code Page}, {@code PageToken}, {@code To}, {@code From},
 * {@code DateSent}, {@code DateSent>} and {@code DateSent<}, and {@code Messages/{sid}.json}.
 */
public final class TwilioApi extends SimulatedApi {
    private static final int DEFAULT_SIZE = 50;
    private static final int MAXIMUM_SIZE = 1000;

    private final TwilioSimulator account;
    private final String authToken;
    private final String messages;

    private TwilioApi(TwilioSimulator account, String authToken, int port) {
        super(port);
        this.account = account;
        this.authToken = authToken;
        this.messages = "/2010-04-01/Accounts/" + account.accountSid() + "/Messages";
    }

    /** Starts serving the account's messages on a free port. */
    public static TwilioApi serving(TwilioSimulator account, String authToken) {
        return serving(account, authToken, 0);
    }

    /** Starts serving the account's messages on a port; 0 stands for any free one. */
    public static TwilioApi serving(TwilioSimulator account, String authToken, int port) {
        TwilioApi api = new TwilioApi(account, authToken, port);
        api.start();
        return api;
    }

    @Override
    boolean authorized(Call call) {
        return call.basic(account.accountSid(), authToken);
    }

    @Override
    Reply answer(Call call) {
        if (!call.method().equals("GET")) {
            return error(405);
        }
        if (call.path().equals(messages + ".json")) {
            return page(call);
        }
        return call.path().startsWith(messages + "/") && call.path().endsWith(".json")
                ? message(
                        call.path().substring(messages.length() + 1, call.path().length() - ".json".length()))
                : error(404);
    }

    /** The codes: https://www.twilio.com/docs/api/errors. */
    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, 20003, "Authenticate");
            case 403 -> error(status, 20006, "Access denied");
            case 404 -> error(status, 20404, "The requested resource was not found");
            case 429 -> error(status, 20429, "Too Many Requests");
            case 503 -> error(status, 20503, "Service is unavailable");
            default -> error(status, 20500, "An internal server error has occurred");
        };
    }

    private static Reply error(int status, int code, String message) {
        return Reply.json(
                status,
                object(
                        "code",
                        code,
                        "message",
                        message,
                        "more_info",
                        "https://www.twilio.com/docs/errors/" + code,
                        "status",
                        status));
    }

    private Reply message(String sid) {
        return Optional.ofNullable(account.messages().get(sid))
                .map(message -> Reply.json(200, message.members()))
                .orElseGet(() -> error(404));
    }

    private Reply page(Call call) {
        int size;
        int number;
        try {
            size = Math.clamp(number(call, "PageSize", DEFAULT_SIZE), 1, MAXIMUM_SIZE);
            number = number(call, "Page", 0);
        } catch (NumberFormatException e) {
            return error(400, 20001, "Invalid Page or PageSize");
        }
        List<TwilioMessage> newestFirst = List.copyOf(account.messages().values()).reversed().stream()
                .filter(selection(call))
                .toList();
        int start = call.parameter("PageToken")
                .map(token -> after(token, newestFirst))
                .orElse(0);
        List<TwilioMessage> page = newestFirst.stream().skip(start).limit(size).toList();
        boolean more = start + page.size() < newestFirst.size();
        String next =
                more ? address(call, size, number + 1, "PA" + page.getLast().sid()) : null;
        return Reply.json(
                200,
                object(
                        "end",
                        Math.max(0, start + page.size() - 1),
                        "first_page_uri",
                        address(call, size, 0, ""),
                        "messages",
                        page.stream().map(TwilioMessage::members).toList(),
                        "next_page_uri",
                        next,
                        "page",
                        number,
                        "page_size",
                        size,
                        "previous_page_uri",
                        null,
                        "start",
                        start,
                        "uri",
                        address(call, size, number, "")));
    }

    private static int number(Call call, String parameter, int otherwise) {
        return call.parameter(parameter).map(Integer::parseInt).orElse(otherwise);
    }

    /** New messages move the others: the token names the last message of the page before. */
    private static int after(String token, List<TwilioMessage> newestFirst) {
        String sid = token.substring("PA".length());
        for (int i = 0; i < newestFirst.size(); i++) {
            if (newestFirst.get(i).sid().equals(sid)) {
                return i + 1;
            }
        }
        return newestFirst.size();
    }

    private static Predicate<TwilioMessage> selection(Call call) {
        return filter(call, "To", to -> message -> message.to().equals(to))
                .and(filter(call, "From", from -> message -> message.from().equals(from)))
                .and(filter(call, "DateSent>", from -> sent(instant(from), Instant.MAX)))
                .and(filter(call, "DateSent<", to -> sent(Instant.MIN, instant(to))))
                .and(filter(
                        call, "DateSent", day -> sent(instant(day), instant(day).plusSeconds(86_399))));
    }

    private static Predicate<TwilioMessage> filter(
            Call call, String parameter, Function<String, Predicate<TwilioMessage>> selection) {
        return call.parameter(parameter).map(selection).orElse(message -> true);
    }

    /** A message that has not been sent has no such date. */
    private static Predicate<TwilioMessage> sent(Instant from, Instant to) {
        return message -> message.sent()
                .filter(at -> !at.isBefore(from) && !at.isAfter(to))
                .isPresent();
    }

    /** Twilio's own client writes no zone: times are in UTC. */
    private static Instant instant(String text) {
        return text.contains("T")
                ? Instant.parse(text.endsWith("Z") ? text : text + "Z")
                : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private String address(Call call, int size, int page, String token) {
        StringBuilder address = new StringBuilder(messages + ".json?PageSize=" + size + "&Page=" + page);
        for (String filter : List.of("To", "From", "DateSent", "DateSent>", "DateSent<")) {
            call.parameter(filter)
                    .ifPresent(value -> address.append('&')
                            .append(URLEncoder.encode(filter, UTF_8))
                            .append('=')
                            .append(URLEncoder.encode(value, UTF_8)));
        }
        return token.isEmpty()
                ? address.toString()
                : address.append("&PageToken=").append(token).toString();
    }
}

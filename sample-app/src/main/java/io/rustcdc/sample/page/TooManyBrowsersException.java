package io.rustcdc.sample.page;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** The browser should try again later; an {@code EventSource} does so by itself when the page is loaded again. */
@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
final class TooManyBrowsersException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyBrowsersException() {
        super("No more browsers can be served now");
    }
}

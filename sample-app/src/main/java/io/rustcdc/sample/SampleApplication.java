package io.rustcdc.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The shop. Without any setting it brings its own PostgreSQL; with the profile "external" it uses yours. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(SampleApplication.class);
        application.setDefaultProperties(Map.of("shop.data-directory", dataDirectory()));
        application.run(args);
    }

    /** The same place, whether the working directory is the project's root or this module. */
    private static String dataDirectory() {
        boolean atTheRoot = Files.exists(Path.of("sample-app", "pom.xml"));
        return (atTheRoot ? Path.of("sample-app", "data") : Path.of("data")).toString();
    }
}

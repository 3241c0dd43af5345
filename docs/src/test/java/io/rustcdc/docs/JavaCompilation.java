package io.rustcdc.docs;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles the Java blocks of one page together, so that a later block may use the types of an earlier one. */
final class JavaCompilation {

    /** What a block without imports may use; a block with imports is a whole file and must bring all of them. */
    private static final String IMPLIED = """
            import io.rustcdc.*;
            import io.rustcdc.checkpoint.*;
            import io.rustcdc.delivery.*;
            import io.rustcdc.event.*;
            import io.rustcdc.runtime.*;
            import io.rustcdc.source.*;
            import io.rustcdc.spring.*;
            import io.rustcdc.test.*;
            import java.math.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import org.jspecify.annotations.*;
            """;

    private static final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    private JavaCompilation() {}

    /** The class path of the tests; surefire hides it from the JVM behind a jar. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Compiles the blocks into the folder and returns the errors, each with the place on its page. */
    static List<String> compile(List<CodeBlock> blocks, Path folder) {
        List<String> errors = new ArrayList<>();
        List<JavaFileObject> sources = new ArrayList<>();
        for (CodeBlock block : blocks) {
            sources.add(source(block));
        }
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        compiler.getTask(null, null, found, options(folder), null, sources).call();
        for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
            if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                errors.add(diagnostic.toString());
            }
        }
        return errors;
    }

    /** A block is a file, or members of a class, or statements: the first of them that can be parsed. */
    private static JavaFileObject source(CodeBlock block) {
        String name = "Block" + block.line();
        String text = block.text();
        if (text.lines().anyMatch(line -> line.startsWith("import "))) {
            return new Source(block, publicType(text, name), text);
        }
        List<String> readings = List.of(
                IMPLIED + text,
                IMPLIED + "class " + name + " {\n" + text + "}\n",
                IMPLIED + "class " + name + " { void run() throws Exception {\n" + text + "} }\n");
        for (String reading : readings) {
            JavaFileObject source = new Source(block, publicType(reading, name), reading);
            if (isParsed(source)) {
                return source;
            }
        }
        throw new AssertionError(block.where() + ": neither a file nor members nor statements:\n" + text);
    }

    private static String publicType(String text, String otherwise) {
        return text.lines()
                .filter(line -> line.matches("public (final )?(class|record|interface|enum) .*"))
                .map(line -> line.replaceFirst("public (final )?(class|record|interface|enum) (\\w+).*", "$3"))
                .findFirst()
                .orElse(otherwise);
    }

    private static boolean isParsed(JavaFileObject source) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavacTask task = (JavacTask)
                compiler.getTask(null, null, found, List.of("-proc:none", "--release", "17"), null, List.of(source));
        try {
            task.parse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.getDiagnostics().stream().noneMatch(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR);
    }

    private static List<String> options(Path folder) {
        return List.of("-proc:none", "-parameters", "--release", "17", "-cp", classPath(), "-d", folder.toString());
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(CodeBlock block, String type, String text) {
            super(
                    URI.create("page:///" + block.page() + ":" + block.line() + "/" + type + ".java"),
                    JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}

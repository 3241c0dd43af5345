package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** That XML on the pages is well-formed and asks for artifacts that there are. */
class XmlBlocksTests {

    static Stream<CodeBlock> blocks() {
        return Page.blocks("xml").stream();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void namesArtifactsOfThisBuild(CodeBlock block) throws Exception {
        Document document = parse("<block>" + block.text() + "</block>");
        NodeList dependencies = document.getElementsByTagName("dependency");
        assertThat(dependencies.getLength()).as(block.where()).isPositive();
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            String artifact = text(dependency, "artifactId");
            if (text(dependency, "groupId").equals("io.rustcdc")) {
                assertThat(ours()).as(block.where()).contains(artifact + ":" + text(dependency, "version"));
            } else {
                assertThat(JavaCompilation.classPath()).as(block.where()).contains(artifact);
            }
        }
    }

    /** {@code artifact:version} of each module. */
    private static List<String> ours() throws Exception {
        Document parent = parse(Files.readString(Page.root().resolve("pom.xml")));
        String version = text(parent.getDocumentElement(), "version");
        NodeList modules = parent.getElementsByTagName("module");
        List<String> artifacts = new ArrayList<>();
        for (int i = 0; i < modules.getLength(); i++) {
            Path pom = Page.root().resolve(modules.item(i).getTextContent()).resolve("pom.xml");
            Element module = parse(Files.readString(pom)).getDocumentElement();
            artifacts.add(direct(module, "artifactId") + ":" + version);
        }
        return artifacts;
    }

    private static String text(Element element, String tag) {
        NodeList found = element.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static String direct(Element element, String tag) {
        NodeList children = element.getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            if (children.item(i) instanceof Element child && child.getTagName().equals(tag)) {
                return child.getTextContent().strip();
            }
        }
        throw new IllegalStateException("A pom without " + tag);
    }

    private static Document parse(String xml) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
